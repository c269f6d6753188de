import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { rateLimit } from '#shared/guard/rate-limit.ts';
import { operator } from '../people/authenticate.ts';
import { bodyOf } from '../people/body.ts';
import type { Pages } from '../people/pages.ts';
import type { Principal } from '../people/principal.ts';
import { type AttemptOptions, attempt, attemptLimit } from './attempt.ts';
import type { Proxied } from './proxied.ts';
import { SignInRefused } from './refusal.ts';
import type { SignInWay } from './way.ts';

export type SignInOptions = Omit<AttemptOptions, 'how'> & {
  readonly way: SignInWay;
  /** The origin at which people's browsers find the console. */
  readonly origin: () => string;
  readonly pages: Pages;
};

type Way<How extends SignInWay['how']> = Extract<SignInWay, { how: How }>;

/** The sign-in page, and what it asks. There are only the routes of the one configured way. */
export function signInRoutes(options: SignInOptions): Hono<Proxied> {
  const { way, pages } = options;
  const app = new Hono<Proxied>();
  app.get('/method', (context) => {
    return context.json({ how: way.how, provider: way.how === 'oidc' ? way.provider.label : null });
  });
  app.get('/', () => pages.signIn());
  // Opening the link shows a button and uses nothing up: previews and prefetches open links too.
  app.get('/:token', () => pages.signIn());
  if (way.how === 'link') linkRoutes(app, options, way);
  else if (way.how === 'oidc') oidcRoutes(app, options, way);
  else proxyRoutes(app, options, way);
  return app;
}

const secret = z.string().min(1).max(200);
const redemption = z.strictObject({ token: secret });

function linkRoutes(app: Hono<Proxied>, options: SignInOptions, { how, links }: Way<'link'>): void {
  const prove = async (context: Context): Promise<Principal> => {
    const { token } = await bodyOf(context, redemption);
    if (!links.redeem(token)) throw new SignInRefused('wrong_link');
    return operator;
  };
  app.post('/', attempt({ ...options, how }, attemptLimit(), prove));
}

/** As the provider appended it to our address. */
const answer = z.strictObject({ query: z.string().startsWith('?').max(16_000), ticket: secret });

function oidcRoutes(app: Hono<Proxied>, options: SignInOptions, { how, provider, flows }: Way<'oidc'>): void {
  const limit = attemptLimit();
  const redirectUri = () => `${options.origin()}/sign-in/callback`;
  app.post('/oidc', async (context) => {
    limit(context);
    // The ticket stays in the storage of one origin, and the provider sends people back to this one.
    if (context.req.header('origin') !== options.origin())
      return context.json({ location: `${options.origin()}/sign-in` });
    const { location, checks } = await provider.begin(redirectUri());
    return context.json({ location, ticket: flows.begin(checks) });
  });
  const prove = async (context: Context): Promise<Principal> => {
    const { query, ticket } = await bodyOf(context, answer);
    const callback = new URL(redirectUri());
    callback.search = query;
    const checks = flows.take({ state: callback.searchParams.get('state') ?? '', ticket });
    return provider.finish(callback, checks);
  };
  app.post('/callback', attempt({ ...options, how }, limit, prove));
}

function proxyRoutes(app: Hono<Proxied>, options: SignInOptions, { how }: Way<'iap' | 'cloudflare-access'>): void {
  const prove = async (context: Context<Proxied>): Promise<Principal> => {
    const principal = context.get('proxied');
    if (principal === undefined) throw new SignInRefused('no_assertion');
    return principal;
  };
  app.post('/proxy', attempt({ ...options, how }, attemptLimit(), prove));
}

/**
 * Prints a new link where the server was started, for someone whose link is too old. Nobody has to be signed in: who
 * asks gets nothing but a line in the terminal, and not more than three of those a minute.
 */
export function newLink(print: () => void): (context: Context) => Response {
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
