import type { Handler } from 'hono';
import { getCookie } from 'hono/cookie';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { ConsoleOptions } from './app.ts';
import { type SignedIn, sessionCookie, whoAsks } from './authenticate.ts';

/** Server-sent events that say that something is new. Such a stream keeps nobody signed in, and ends with the session. */
export function streamRoute(options: ConsoleOptions): Handler<SignedIn> {
  return (context) => {
    const isSignedIn = (): boolean => {
      const found = whoAsks(options, context, false);
      return found !== undefined && isAdmitted(options, found);
    };
    const cookie = getCookie(context, sessionCookie);
    const stream = options.news.open(cookie === undefined ? 'token' : sha256(cookie), isSignedIn);
    if (!stream)
      throw new AppError('busy', 'Too many pages are open.', { next: 'Close some, or look again in a moment.' });
    return context.body(stream, 200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  };
}

function isAdmitted({ admit }: ConsoleOptions, found: Parameters<ConsoleOptions['admit']>[0]): boolean {
  try {
    admit(found);
    return true;
  } catch {
    return false;
  }
}
