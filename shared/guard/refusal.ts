import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppError, ErrorCode } from '#shared/errors.ts';

/** How every plain HTTP route of the suite says no. */
export type ErrorBody = {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly next?: string;
  };
};

/** The part of an error that its reader gets; `cause` stays behind. */
function errorBody(error: AppError): ErrorBody {
  const { code, message, retryable, next } = error;
  return { error: { code, message, retryable, ...(next !== undefined && { next }) } };
}

/** Ends a request with `status` and the error as JSON. */
export function refuse(context: Context, status: ContentfulStatusCode, error: AppError): Response {
  return context.json(errorBody(error), status);
}
