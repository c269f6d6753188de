import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '#shared/errors.ts';
import { refuse } from './refusal.ts';

/**
 * Refuses bodies of more than `maxBytes` with 413: by the declared length before anything is read, and by counting
 * where no length is declared.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = (context: Context): Response =>
    refuse(context, 413, new AppError('too_large', `The request body has more than ${maxBytes} bytes.`));
  const counting = bodyLimit({ maxSize: maxBytes, onError: tooLarge });
  return async (context, next) => {
    const declared = context.req.header('content-length');
    // Asking the request for its body stream is dear; a declared length, which Node enforces, makes it needless.
    if (declared === undefined || context.req.header('transfer-encoding') !== undefined) return counting(context, next);
    return Number(declared) > maxBytes ? tooLarge(context) : next();
  };
}
