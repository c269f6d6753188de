import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '#shared/errors.ts';
import { refuse } from '#shared/guard/refusal.ts';
import type { Log } from '#shared/telemetry/log.ts';

const statusOf: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  invalid_arguments: 400,
  unknown_tool: 404,
  too_large: 413,
  out_of_scope: 403,
  not_found: 404,
  already_exists: 409,
  conflict: 409,
  unsupported: 422,
  idempotency_conflict: 409,
  limit_reached: 429,
  seal_mismatch: 409,
  not_permitted: 403,
  step_up_required: 403,
  unauthenticated: 401,
  wrong_state: 409,
  expired: 410,
  backend_unavailable: 503,
  backend_refused: 502,
  ledger_unavailable: 503,
  bad_configuration: 500,
  busy: 503,
  internal: 500,
};

/** Turns whatever a route throws into its answer; what is not meant for the reader goes to the log under an id. */
export function answerError(log: Log): (error: unknown, context: Context) => Response {
  return (error, context) => {
    if (error instanceof AppError && error.cause === undefined) return refuse(context, statusOf[error.code], error);
    const id = randomUUID();
    log('a request failed', { id, error });
    if (error instanceof AppError) return refuse(context, statusOf[error.code], error);
    return refuse(context, 500, new AppError('internal', `The server failed (log id ${id}).`));
  };
}
