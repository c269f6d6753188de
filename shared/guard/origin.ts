import type { MiddlewareHandler } from 'hono';
import { AppError } from '#shared/errors.ts';
import { hostSet, parseHost } from './host.ts';
import { refuse } from './refusal.ts';

const webOrigin = /^https?:\/\/([^/?#]+)$/i;

/**
 * Refuses with 403 what a browser sent for a page of another host. Programs send no `Origin` and pass; `null` and
 * everything that is not `http(s)://host[:port]` do not. Ports are not compared: a form that must be same-origin needs
 * a stricter check of its own.
 */
export function originGuard(allowedHosts: readonly string[]): MiddlewareHandler {
  const allowed = hostSet(allowedHosts);
  return async (context, next) => {
    const origin = context.req.header('origin');
    if (origin === undefined) return next();
    const host = parseHost(webOrigin.exec(origin)?.[1] ?? '');
    if (host === undefined || !allowed.has(host)) {
      return refuse(context, 403, new AppError('not_permitted', 'Requests from that origin are not served here.'));
    }
    return next();
  };
}
