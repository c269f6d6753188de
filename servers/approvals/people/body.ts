import type { Context } from 'hono';
import type * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';

const jsonType = /^application\/json[\t ]*(?:;|$)/i;

/** The body of a request as its schema parses it. Throws AppError `invalid_arguments`. */
export async function bodyOf<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  if (!jsonType.test(context.req.header('content-type') ?? '')) {
    throw new AppError('invalid_arguments', 'The body must be sent as application/json.');
  }
  return parseArguments(schema, await jsonOf(context));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

async function jsonOf(context: Context): Promise<unknown> {
  try {
    return JSON.parse(utf8.decode(await context.req.arrayBuffer()));
  } catch {
    throw new AppError('invalid_arguments', 'The body is not JSON in UTF-8.');
  }
}
