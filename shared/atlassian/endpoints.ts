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
