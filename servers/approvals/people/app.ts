import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { SigningKey, VerificationKeys } from '#shared/changes/keys.ts';
import { AppError } from '#shared/errors.ts';
import { limitBody } from '#shared/guard/body-limit.ts';
import { hostGuard } from '#shared/guard/host.ts';
import { refuse } from '#shared/guard/refusal.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { People } from '#shared/people/people.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { Askable } from '../askables.ts';
import type { KnowPerson } from '../sign-in/admission.ts';
import { proxied } from '../sign-in/proxied.ts';
import { newLink, signInRoutes } from '../sign-in/routes.ts';
import type { SignInWay } from '../sign-in/way.ts';
import { api } from './api.ts';
import { sessionCookie } from './authenticate.ts';
import { answerError } from './errors.ts';
import { consoleHeaders } from './headers.ts';
import type { News } from './news.ts';
import { readPages } from './pages.ts';
import type { Principal } from './principal.ts';
import { sameOrigin } from './same-origin.ts';
import type { SessionStore } from './sessions.ts';
import type { StepUps } from './step-up.ts';
import { noTerminals, terminalRoutes } from './terminal-routes.ts';
import type { Terminals } from './terminals.ts';

export type ConsoleOptions = {
  readonly ledger: Ledger;
  readonly key: SigningKey;
  /** What decisions were and are verified with. */
  readonly keys: () => VerificationKeys;
  readonly now: () => Date;
  readonly way: SignInWay;
  readonly sessions: SessionStore;
  readonly terminals: Terminals;
  readonly news: News;
  readonly stepUps: StepUps;
  /** Throws for somebody who may not use this console. */
  readonly admit: (principal: Principal) => void;
  readonly know: KnowPerson;
  /** The list of people; absent where none is kept. */
  readonly people: (() => People) | undefined;
  /** What people can ask for. */
  readonly askables: readonly Askable[];
  /** All blueprints that can be used now. */
  readonly blueprints: () => readonly Blueprint[];
  /** Groups whose members see everything and decide nothing. */
  readonly auditors: readonly string[];
  /** Groups whose members see everything, and prepare to put back what an agent did. */
  readonly responders: readonly string[];
  /** The address that the console listens on. */
  readonly host: string;
  /** The origin at which people open it, where that is another than the address. */
  readonly publicUrl: string | undefined;
  /** The one or the other. */
  readonly origin: () => string;
  readonly approverToken: string | undefined;
  readonly log: Log;
};

/** A reason of 2,000 characters fits, whatever their bytes. */
const maxBodyBytes = 64 * 1024;

/**
 * What people reach: the console's pages, sign-in, and the API that decides. Nothing else in the suite routes to a
 * decision. The pages hold no content: they fetch it with a key that only they have.
 */
export function consoleApp(options: ConsoleOptions): Hono {
  const { sessions, way, publicUrl, log } = options;
  const pages = readPages();
  const app = new Hono();
  app.use(consoleHeaders(), hostGuard(namesOf(options)), sameOrigin(publicUrl), limitBody(maxBodyBytes));
  app.onError(answerError(log));

  app.get('/healthz', (context) => context.json({ ok: true }));
  if ('read' in way) {
    app.post('/terminals', noTerminals);
    app.use(proxied(way.read));
  } else app.route('/terminals', terminalRoutes(options));
  app.get('/assets/:name', (context) => pages.asset(context.req.param('name')) ?? notFound());
  for (const path of ['/', '/changes/:id', '/sets/:id', '/terminal/:id', '/agents/:name', '/grants', '/bring-back']) {
    app.get(path, (context) => {
      const cookie = getCookie(context, sessionCookie);
      if (cookie !== undefined && sessions.exists(cookie)) return pages.shell();
      return context.redirect(`/sign-in?to=${encodeURIComponent(context.req.path)}`, 303);
    });
  }
  app.route('/sign-in', signInRoutes({ ...options, pages }));
  if (way.how === 'link') app.post('/sign-in-links', newLink(way.printLink));
  app.route('/api', api(options));
  app.all('/mcp', (context) =>
    refuse(context, 403, new AppError('not_permitted', 'This is where people decide; agents have no business here.')),
  );
  app.notFound((context) => refuse(context, 404, new AppError('not_found', 'There is nothing at this address.')));
  return app;
}

function namesOf({ host, publicUrl }: ConsoleOptions): string[] {
  const names = ['127.0.0.1', '::1', 'localhost'].includes(host) ? [host, 'localhost'] : [host];
  return publicUrl === undefined ? names : [...names, new URL(publicUrl).hostname];
}

function notFound(): never {
  throw new AppError('not_found', 'There is nothing at this address.');
}
