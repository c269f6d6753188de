import type { MiddlewareHandler } from 'hono';
import { AppError } from '#shared/errors.ts';
import { refuse } from './refusal.ts';

const jsonType = /^application\/json[\t ]*(?:;|$)/i;

/**
 * Refuses with 415 every request whose body is not declared as `application/json`. A page of another origin cannot
 * send that type without asking first, so this also closes the door that HTML forms would leave open.
 */
export function jsonOnly(): MiddlewareHandler {
  return async (context, next) => {
    if (jsonType.test(context.req.header('content-type') ?? '')) return next();
    return refuse(context, 415, new AppError('invalid_arguments', 'The body must be sent as application/json.'));
  };
}
