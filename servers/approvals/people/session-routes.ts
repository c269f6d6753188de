import type { Handler } from 'hono';
import { deleteCookie, getCookie } from 'hono/cookie';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import type { SignInWay } from '../sign-in/way.ts';
import type { ConsoleOptions } from './app.ts';
import { bearerOf, cookieOptions, type SignedIn, sessionCookie } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { askableBy } from './choices.ts';
import type { SessionStore } from './sessions.ts';
import { sightOf } from './sight.ts';
import type { Terminals } from './terminals.ts';

/** Who is signed in, and how. */
export function sessionRoute(
  options: Pick<ConsoleOptions, 'know' | 'auditors' | 'responders' | 'askables' | 'blueprints'>,
): Handler<SignedIn> {
  return (context) => {
    const principal = context.get('principal');
    const { approver, how, name } = principal;
    const known = options.know(principal);
    const { responds } = sightOf(options, principal);
    const asks = askableBy(options, principal);
    return context.json({ ...approver, how, name, person: known.key, groups: known.groups, responds, asks });
  };
}

type SignedInAnywhere = { readonly sessions: SessionStore; readonly terminals: Terminals };

const everywhere = z.strictObject({ everywhere: z.boolean().default(false) });

/** Ends the session that the request belongs to, or all of this person's, in browsers and terminals. */
export function signOut({ sessions, terminals }: SignedInAnywhere): Handler<SignedIn> {
  return async (context) => {
    const asked = await bodyOf(context, everywhere);
    const cookie = getCookie(context, sessionCookie);
    const token = bearerOf(context);
    if (asked.everywhere) for (const all of [sessions, terminals]) all.endAll(context.get('approver'));
    else if (token !== undefined) terminals.end(token);
    else if (cookie !== undefined) sessions.end(cookie);
    deleteCookie(context, sessionCookie, cookieOptions);
    return context.body(null, 204);
  };
}

/** Makes a link for another browser of whoever is signed in, where people sign in by link. */
export function linkRoute({
  way,
  terminals,
}: Pick<SignedInAnywhere, 'terminals'> & { way: SignInWay }): Handler<SignedIn> {
  return (context) => {
    if (terminals.find(bearerOf(context) ?? '')) {
      throw new AppError('not_permitted', 'A terminal cannot sign in a browser.');
    }
    if (way.how !== 'link') throw new AppError('not_permitted', 'Nobody signs in by link here.');
    return context.json(way.links.make(`http://${context.req.header('host') ?? ''}`), 201);
  };
}
