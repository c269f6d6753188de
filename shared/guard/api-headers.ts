import type { MiddlewareHandler } from 'hono';

/** Headers for answers that no browser is meant to show: never sniffed, stored, framed or run. */
export function apiHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    headers.set('Referrer-Policy', 'no-referrer');
    // A stream forbids intermediaries to transform it, which it must go on doing.
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  };
}
