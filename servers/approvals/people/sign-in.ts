import type { Handler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { rateLimit } from '#shared/guard/rate-limit.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { operator, sessionCookie } from './authenticate.ts';
import { bodyOf } from './body.ts';
import type { SessionStore } from './sessions.ts';
import type { SignInLinks } from './sign-in-links.ts';

const redemption = z.strictObject({ token: z.string().min(1).max(200) });
const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;

/** Redeems a one-time link: the cookie goes to the browser, and the key into the page that asked. */
export function signIn(options: {
  readonly sessions: SessionStore;
  readonly links: SignInLinks;
  readonly ledger: Ledger;
  readonly now: () => Date;
}): Handler {
  const { sessions, links, ledger, now } = options;
  return async (context) => {
    const { token } = await bodyOf(context, redemption);
    if (!links.redeem(token)) {
      throw new AppError('unauthenticated', 'This link was used already, has expired, or is not whole.', {
        next: 'The sign-in page can have a new one printed.',
      });
    }
    const at = now().toISOString();
    const actor = { kind: 'person', ...operator } as const;
    await ledger.write((tx) => appendEvent(tx, { at, type: 'person.signed_in', changeId: null, actor, body: {} }));
    const { cookie, key } = sessions.start(operator);
    setCookie(context, sessionCookie, cookie, cookieOptions);
    return context.json({ key });
  };
}

/**
 * Prints a new link where the server was started, for someone whose link is too old. Nobody has to be signed in: who
 * asks gets nothing but a line in the terminal, and not more than three of those a minute.
 */
export function newLink(print: () => void): Handler {
  const allowed = rateLimit({ perMinute: 3, key: () => '', now: () => performance.now() });
  return (context) => {
    const decision = allowed(undefined);
    if (!decision.allowed) {
      const seconds = Math.ceil(decision.retryAfterMs / 1000);
      throw new AppError('limit_reached', 'Several links were printed just now.', {
        next: `Look in the terminal, or ask again in ${seconds} s.`,
      });
    }
    print();
    return context.body(null, 204);
  };
}

/** Ends the session that the request belongs to. */
export function signOut(sessions: SessionStore): Handler {
  return (context) => {
    const cookie = getCookie(context, sessionCookie);
    if (cookie !== undefined) sessions.end(cookie);
    deleteCookie(context, sessionCookie, cookieOptions);
    return context.body(null, 204);
  };
}
