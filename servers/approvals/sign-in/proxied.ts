import type { MiddlewareHandler } from 'hono';
import type { Principal } from '../people/principal.ts';
import type { ProxyReader } from './proxy.ts';

/** What is known of a request that came through a proxy. */
export type Proxied = { Variables: { readonly proxied?: Principal } };

/** Lets only requests through for which the proxy vouches: every one, pages and code included. */
export function proxied(read: ProxyReader): MiddlewareHandler<Proxied> {
  return async (context, next) => {
    context.set('proxied', await read((name) => context.req.header(name)));
    return next();
  };
}
