import type { Product } from './product.ts';

/** Where one site of Atlassian's cloud is. */
export type Endpoints = {
  /** Where people see it, and links begin: `https://acme.atlassian.net`. */
  readonly site: string;
  /** What paths of the API are put behind, without a slash at the end. */
  readonly api: string;
  /** Where tokens are given. */
  readonly token: string;
};

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A URL that can be called, without a slash at the end; a string in `problem` says in words why it cannot be. */
export function callable(text: string): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'is not a URL' };
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(text);
  if (username !== '' || password !== '') return { problem: 'must not hold a user name or password' };
  if (search !== '' || hash !== '') return { problem: 'must have no query and no fragment' };
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
    return { problem: 'must begin with https:// (http:// is for a loopback address only)' };
  }
  return { url: origin + pathname.replace(/\/+$/, '') };
}

/**
 * With a cloud id, requests go through Atlassian's gateway, which short-lived tokens and API tokens with scopes want;
 * without one to the site itself.
 * https://support.atlassian.com/user-management/docs/create-oauth-2-0-credential-for-service-accounts
 */
export function endpointsOf(
  { gateway: name }: Pick<Product, 'gateway'>,
  given: {
    readonly site: string;
    readonly cloudId: string | undefined;
    readonly gateway: string;
    readonly token: string;
  },
): Endpoints {
  const { site, cloudId, gateway, token } = given;
  return { site, token, api: cloudId === undefined ? site : `${gateway}/ex/${name}/${cloudId}` };
}
