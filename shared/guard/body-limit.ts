import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '#shared/errors.ts';
import type { BodyTurns } from './body-turns.ts';
import { refuse } from './refusal.ts';

/**
 * Refuses bodies of more than `maxBytes` with 413: by the declared length before anything is read, and by counting
 * where no length is declared. With `turns`, a large body waits for its turn before it is read, and has to declare its
 * length; one that gets no turn in time is answered with 503.
 */
export function limitBody(maxBytes: number, turns?: BodyTurns): MiddlewareHandler {
  const tooLarge = (context: Context): Response =>
    refuse(context, 413, new AppError('too_large', `The request body has more than ${maxBytes} bytes.`));
  const undeclared = Math.min(maxBytes, turns?.largeBytes ?? maxBytes);
  const counting = bodyLimit({ maxSize: undeclared, onError: undeclared < maxBytes ? lengthNeeded : tooLarge });
  return async (context, next) => {
    const declared = context.req.header('content-length');
    // Asking the request for its body stream is dear; a declared length, which Node enforces, makes it needless.
    if (declared === undefined || context.req.header('transfer-encoding') !== undefined) return counting(context, next);
    const bytes = Number(declared);
    if (bytes > maxBytes) return tooLarge(context);
    if (turns === undefined || bytes <= turns.largeBytes) return next();
    const leave = await turns.take(bytes);
    if (leave === null) return busy(context);
    try {
      await next();
    } catch (error) {
      leave();
      throw error;
    }
    const answer = context.res;
    context.res = undefined;
    context.res = whenRead(answer, leave);
    return undefined;
  };
}

function lengthNeeded(context: Context): Response {
  const message = 'A request body of this size must declare its length.';
  return refuse(context, 411, new AppError('too_large', message));
}

function busy(context: Context): Response {
  context.header('retry-after', '5');
  const message = 'Other large requests are being worked on; this one was not read.';
  return refuse(context, 503, new AppError('busy', message, { next: 'Send it again in a moment.' }));
}

/** The same answer; tells when all of it was read, or nobody reads it any more. */
function whenRead(response: Response, done: () => void): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    done();
    return response;
  }
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const piece = await reader.read().catch((error: unknown) => {
        done();
        throw error;
      });
      if (!piece.done) return controller.enqueue(piece.value);
      done();
      return controller.close();
    },
    cancel: (reason) => {
      done();
      return reader.cancel(reason);
    },
  });
  return new Response(body, response);
}
