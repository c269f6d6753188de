import type { Secret } from '#shared/http/secret.ts';

/**
 * How a server shows Atlassian who it is. `client`: a service account gets tokens of an hour with its client credentials.
 * `token`: an API token of an account, which lives for as long as its owner let it, and does all that it may.
 */
export type Credential =
  | { readonly kind: 'client'; readonly clientId: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly email: string; readonly secret: Secret };
