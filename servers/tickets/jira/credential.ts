import type { Secret } from '#shared/http/secret.ts';

/**
 * How this server shows Jira who it is. `client`: a service account gets tokens of an hour with its client credentials.
 * `token`: an API token of an account, which lives for as long as its owner let it, and does all that it may.
 */
export type Credential =
  | { readonly kind: 'client'; readonly clientId: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly email: string; readonly secret: Secret };

/** What a token is for: the reader's cannot write. */
export type Power = 'read' | 'write';

/**
 * The scopes that a token of each power is asked with, as Jira's OpenAPI document names them for the requests made here.
 * `read:jira-user` is for people, and for who the account itself is.
 */
export const scopesOf: Readonly<Record<Power, readonly string[]>> = {
  read: ['read:jira-user', 'read:jira-work'],
  write: ['read:jira-user', 'read:jira-work', 'write:jira-work'],
};
