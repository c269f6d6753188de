import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { type Approver, approver } from '#shared/changes/decision.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { sameSecret } from '#shared/crypto/equal.ts';
import { AppError } from '#shared/errors.ts';
import type { SessionStore } from './sessions.ts';

/** `__Host-`: only this host can have set it, for all of its paths, and never over a plain connection elsewhere. */
export const sessionCookie = '__Host-countersign';
/** The second half of a session; see {@link SessionStore}. */
const keyHeader = 'x-countersign-key';
/** Set by a page that asks by itself, so that an open page alone keeps nobody signed in. */
const pollHeader = 'x-countersign-poll';

/** Who signs in by one-time link, and who by the preset token. */
export const operator: Approver = approver.parse({ issuer: localIssuer, subject: 'operator' });
const presetToken: Approver = approver.parse({ issuer: localIssuer, subject: 'preset-token' });

/** What routes behind {@link authenticate} know. */
export type SignedIn = { Variables: { readonly approver: Approver } };

/** Lets only signed-in people through, and scripts that know the preset token. */
export function authenticate(options: {
  readonly sessions: SessionStore;
  readonly approverToken: string | undefined;
}): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const authorization = context.req.header('authorization');
    const found =
      authorization === undefined
        ? bySession(options.sessions, context)
        : byToken(options.approverToken, authorization);
    if (!found) {
      throw new AppError('unauthenticated', 'Nobody is signed in.', {
        next: 'Open a sign-in link: the approvals server gives one when it starts.',
      });
    }
    context.set('approver', found);
    return next();
  };
}

function bySession(sessions: SessionStore, context: Context): Approver | undefined {
  const cookie = getCookie(context, sessionCookie);
  const key = context.req.header(keyHeader);
  if (cookie === undefined || key === undefined) return undefined;
  return sessions.find({ cookie, key, active: context.req.header(pollHeader) === undefined });
}

function byToken(expected: string | undefined, authorization: string): Approver | undefined {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization) ?? [];
  if (expected === undefined || token === undefined) return undefined;
  return sameSecret(token, expected) ? presetToken : undefined;
}
