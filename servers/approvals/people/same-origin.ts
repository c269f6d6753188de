import type { MiddlewareHandler } from 'hono';
import { AppError } from '#shared/errors.ts';
import { refuse } from '#shared/guard/refusal.ts';

/**
 * Lets requests other than GET and HEAD through only from a page of this very origin, port included, or from a script
 * that presents a bearer token and nothing that a browser would send. Page reads are refused to other origins too, so
 * that not even the time that an answer takes can be told there.
 */
export function sameOrigin(publicUrl?: string): MiddlewareHandler {
  return async (context, next) => {
    const header = (name: string) => context.req.header(name);
    const [origin, site] = [header('origin'), header('sec-fetch-site')];
    const ours = (publicUrl ?? `http://${header('host') ?? ''}`).toLowerCase();
    const reads = context.req.method === 'GET' || context.req.method === 'HEAD';
    const navigates = reads && header('sec-fetch-mode') === 'navigate';
    if (!navigates && site !== undefined && site !== 'same-origin' && site !== 'none') return foreign(context);
    if (origin !== undefined && origin.toLowerCase() !== ours) return foreign(context);
    if (reads || origin !== undefined) return next();
    const script = header('authorization') !== undefined && header('cookie') === undefined && site === undefined;
    return script ? next() : foreign(context);
  };
}

function foreign(context: Parameters<MiddlewareHandler>[0]): Response {
  return refuse(context, 403, new AppError('not_permitted', 'Only the console’s own pages may ask for this.'));
}
