import type { Product } from '#shared/atlassian/product.ts';

export const jira: Product = {
  ...{ name: 'Jira', gateway: 'jira', root: '/rest/api/3/', server: 'tickets' },
  /** `read:jira-user` is for people, and for who the account itself is. */
  scopes: {
    read: ['read:jira-user', 'read:jira-work'],
    write: ['read:jira-user', 'read:jira-work', 'write:jira-work'],
  },
  // It says of an issue that somebody else is changing it: the issue is read again before the next try.
  conflict: 'unavailable',
  thingOf: (url) => /\/issue\/([^/?]+)/.exec(url)?.[1],
};
