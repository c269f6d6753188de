import type { Secret } from '#shared/http/secret.ts';

/**
 * How this server shows Linear who it is. `app`: an OAuth application gets short-lived tokens with its client credentials,
 * and acts as itself. `key`: a personal API key, which acts as a person, for as long as nobody revokes it.
 */
export type Credential =
  | { readonly kind: 'app'; readonly clientId: string; readonly secret: Secret; readonly scopes: readonly string[] }
  | { readonly kind: 'key'; readonly key: Secret };

/**
 * What the application asks for: reading, and writing issues and comments. All its tokens have the same scopes, because
 * Linear ends those that it gave before when others are asked for.
 * https://linear.app/developers/oauth-2-0-authentication#client-credentials-tokens
 */
export const usualScopes = ['read', 'write'] as const;

/** With it people can delegate issues to the application. https://linear.app/developers/agents */
export const assignableScope = 'app:assignable';
