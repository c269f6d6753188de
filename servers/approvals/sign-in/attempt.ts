import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, Handler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { AppError } from '#shared/errors.ts';
import { rateLimit } from '#shared/guard/rate-limit.ts';
import { cookieOptions, sessionCookie } from '../people/authenticate.ts';
import type { How, Principal } from '../people/principal.ts';
import type { SessionStore } from '../people/sessions.ts';
import { type RecordContext, recordRefusal, recordSignIn } from './record.ts';

export type AttemptOptions = RecordContext & {
  readonly sessions: SessionStore;
  /** Throws `SignInRefused` for somebody who may not use this console. */
  readonly admit: (principal: Principal) => void;
  readonly how: How;
};

/** Far more than people need, and too few to fill the record with: attempts a minute from one address. */
const perMinute = 60;

/** Throws AppError `limit_reached` when an address asks too often. One of these is shared by all that sign in. */
export function attemptLimit(): (context: Context) => void {
  const allowed = rateLimit<string>({ perMinute, key: (address) => address, now: () => performance.now() });
  return (context) => {
    const decision = allowed(getConnInfo(context).remote.address ?? '');
    if (decision.allowed) return;
    throw new AppError('limit_reached', 'There were too many sign-ins from here just now.', {
      next: `Try again in ${Math.ceil(decision.retryAfterMs / 1000)} s.`,
    });
  };
}

/**
 * Signs in whoever `prove` finds: always under a new id. The cookie goes to the browser, and the key into the page that
 * asked. What came of it is on record either way.
 */
export function attempt(
  options: AttemptOptions,
  limit: (context: Context) => void,
  prove: (context: Context) => Promise<Principal>,
): Handler {
  const { sessions, admit, how } = options;
  return async (context) => {
    limit(context);
    let whom: Principal | undefined;
    try {
      whom = await prove(context);
      admit(whom);
    } catch (error) {
      await recordRefusal(options, { error, how, whom });
      throw error;
    }
    await recordSignIn(options, whom);
    const { cookie, key } = sessions.start(whom, getCookie(context, sessionCookie));
    setCookie(context, sessionCookie, cookie, cookieOptions);
    return context.json({ key });
  };
}
