import type { Product } from '#shared/atlassian/product.ts';

/** `read:group:confluence` is for the groups of a sponsor, `read:content-details:confluence` for the search. */
const reading = [
  ...['read:comment:confluence', 'read:content-details:confluence', 'read:content.metadata:confluence'],
  ...['read:group:confluence', 'read:page:confluence', 'read:space:confluence', 'read:user:confluence'],
];

export const confluence: Product = {
  ...{ name: 'Confluence', gateway: 'confluence', root: '/wiki/', server: 'knowledge' },
  // A page goes to the trash with the scope that deletes: purging it takes more than that, and is never asked for.
  scopes: {
    read: reading,
    write: [...reading, 'delete:page:confluence', 'write:comment:confluence', 'write:page:confluence'],
  },
  // A version of a page must be one more than the newest: https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/
  conflict: 'stale',
};

/** What paths of each of the two versions of the API begin with. */
export const v2 = ['api', 'v2'] as const;
export const v1 = ['rest', 'api'] as const;
