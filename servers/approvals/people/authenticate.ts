import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { type Approver, approver } from '#shared/changes/decision.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { sameSecret } from '#shared/crypto/equal.ts';
import { AppError } from '#shared/errors.ts';
import type { Proxied } from '../sign-in/proxied.ts';
import { SignInRefused } from '../sign-in/refusal.ts';
import type { Principal } from './principal.ts';
import type { SessionStore } from './sessions.ts';
import type { Terminals } from './terminals.ts';

/** `__Host-`: only this host can have set it, for all of its paths, and never over a plain connection elsewhere. */
export const sessionCookie = '__Host-countersign';
export const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;
/** The second half of a session; see {@link SessionStore}. */
const keyHeader = 'x-countersign-key';
/** Set by a page that asks by itself, so that an open page alone keeps nobody signed in. */
const pollHeader = 'x-countersign-poll';

/** Who signs in by one-time link, and who by the preset token. */
export const operator = local('operator', 'link');
const presetToken = local('preset-token', 'token');

function local(subject: string, how: 'link' | 'token'): Principal {
  return { approver: approver.parse({ issuer: localIssuer, subject }), how, name: null, groups: [] };
}

/** What routes behind {@link authenticate} know. */
export type SignedIn = {
  Variables: { readonly approver: Approver; readonly principal: Principal } & Proxied['Variables'];
};

/** Lets only signed-in people through who may use the console, their terminals, and who knows the preset token. */
export function authenticate(options: {
  readonly sessions: SessionStore;
  readonly terminals: Terminals;
  readonly approverToken: string | undefined;
  /** Throws for somebody who may not use this console, or no more. */
  readonly admit: (principal: Principal) => void;
}): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const found = whoAsks(options, context);
    if (!found) {
      throw new AppError('unauthenticated', 'Nobody is signed in.', { next: 'Open the sign-in page of the console.' });
    }
    const vouched = context.get('proxied');
    if (vouched !== undefined && !isSame(vouched, found)) throw new SignInRefused('another_person');
    options.admit(found);
    context.set('approver', found.approver);
    context.set('principal', found);
    return next();
  };
}

/**
 * Who a request comes from; undefined when nobody is signed in. `active` says whether it keeps its session from idling,
 * which a page's own polling does not.
 */
export function whoAsks(
  options: {
    readonly sessions: SessionStore;
    readonly terminals: Terminals;
    readonly approverToken: string | undefined;
  },
  context: Context,
  active = context.req.header(pollHeader) === undefined,
): Principal | undefined {
  if (context.req.header('authorization') !== undefined) {
    const token = bearerOf(context);
    if (token === undefined) return undefined;
    return isPreset(options.approverToken, token) ? presetToken : options.terminals.find(token);
  }
  const cookie = getCookie(context, sessionCookie);
  const key = context.req.header(keyHeader);
  return cookie === undefined || key === undefined ? undefined : options.sessions.find({ cookie, key, active });
}

function isSame(one: Principal, other: Principal): boolean {
  return one.approver.issuer === other.approver.issuer && one.approver.subject === other.approver.subject;
}

function isPreset(expected: string | undefined, token: string): boolean {
  return expected !== undefined && sameSecret(token, expected);
}

/** The bearer token that a script or a terminal brings; browsers bring none. */
export function bearerOf(context: Context): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
}
