import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { authenticate, type Caller } from './auth.ts';
import type { Forge } from './forge.ts';
import { gitHttpRoutes } from './git-http.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { installationById } from './installations.ts';
import { requireActive } from './owner-settings.ts';
import { makeRateCounter } from './rate-limit.ts';
import { record } from './record.ts';
import { Refusal } from './refusal.ts';
import { actionRoutes, type LogLinks, logRoutes } from './rest/actions.ts';
import { appRoutes } from './rest/app.ts';
import { checkRunRoutes } from './rest/check-runs.ts';
import { commitRoutes } from './rest/commits.ts';
import { gitRoutes } from './rest/git.ts';
import { gitObjectRoutes } from './rest/git-objects.ts';
import { callerOf, type Env, type Request, type Routes } from './rest/kit.ts';
import { manifestRoutes } from './rest/manifest.ts';
import { pullRoutes } from './rest/pulls.ts';
import { repositoryRoutes } from './rest/repositories.ts';
import { reviewCommentRoutes } from './rest/review-comments.ts';
import { reviewRequestRoutes } from './rest/review-requests.ts';
import { searchRoutes } from './rest/search.ts';

const notice =
  'This is forge, a local stand-in for GitHub Enterprise Server, for trying out, development and tests.\n' +
  'It is not GitHub. REST is under /api/v3, GraphQL at /api/graphql, and git fetches from /OWNER/REPO.git.\n';

/** 40,000,000 bytes in one commit are known to work on GitHub and 40 MiB are known not to. */
const longestGraphql = 40 * 1024 * 1024 - 1;
const longestRest = 1024 * 1024;
/** Objects of git are sent whole. GitHub takes blobs of 100 MB; how large a request for a tree may be it does not say. */
const longestObject = 40 * 1024 * 1024 - 1;
const longestFetch = 16 * 1024 * 1024;

/** The whole of forge as an HTTP application. */
export function makeApp(forge: Forge): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => answerError(forge, error, c));
  app.notFound((c) => {
    throw new Refusal('NOT_IMPLEMENTED', `forge does not implement ${c.req.method} ${c.req.path}`);
  });
  app.use(checkHost(forge));
  app.use('/api/graphql', limit(longestGraphql));
  app.use('/api/v3/*', async (c, next) =>
    limit(/^\/api\/v3\/repos\/[^/]+\/[^/]+\/git\//.test(c.req.path) ? longestObject : longestRest)(c, next),
  );
  app.use('/:owner/:repo/*', async (c, next) =>
    c.req.path.startsWith('/api/') ? next() : limit(longestFetch)(c, next),
  );
  app.use(record(forge));
  app.get('/', (c) => c.text(notice));
  app.get('/api/v3/meta', (c) => c.json({ verifiable_password_authentication: false, installed_version: '3.17.0' }));
  app.get('/:owner/:repo/:page{pull|commit}/:id', noPages);
  const links: LogLinks = new Map();
  logRoutes(forge, app, links);
  manifestRoutes(forge, app);
  app.use('/:owner/:repo/*', identify(forge));
  app.use('/api/*', identify(forge));
  app.use('/api/*', countRate(forge));
  graphqlRoutes(forge, app);
  app.route('/api/v3', restRoutes(forge, links));
  gitHttpRoutes(forge, app);
  return app;
}

/** Where links of pull requests and commits lead, for anybody: a browser would only be asked for a password otherwise. */
const noPages = (): never => {
  const where = 'Its repositories are in DATA/forge, for git; its pull requests are in the API.';
  throw new Refusal('NOT_IMPLEMENTED', `forge has no pages for people. ${where}`);
};

const limit = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal('TOO_LARGE', `The request is larger than ${maxSize} bytes.`);
    },
  });

function restRoutes(forge: Forge, links: LogLinks): Routes {
  const routes = new Hono<Env>();
  appRoutes(forge, routes);
  repositoryRoutes(forge, routes);
  gitRoutes(forge, routes);
  gitObjectRoutes(forge, routes);
  // Before a commit that could be named by anything.
  checkRunRoutes(forge, routes);
  commitRoutes(forge, routes);
  pullRoutes(forge, routes);
  reviewCommentRoutes(forge, routes);
  reviewRequestRoutes(forge, routes);
  searchRoutes(forge, routes);
  actionRoutes(forge, routes, links);
  return routes;
}

type Next = () => Promise<void>;

/** Refuses requests that name another host, which a page in a browser could send by DNS rebinding. */
function checkHost(forge: Forge) {
  return async (c: Request, next: Next) => {
    const { host, port } = new URL(forge.site.url);
    const name = c.req.header('host');
    if (name !== host && name !== `localhost:${port}`)
      throw new Refusal('FORBIDDEN', 'This host name is not served here');
    await next();
  };
}

function identify(forge: Forge) {
  return async (c: Request, next: Next) => {
    if (c.get('caller') === undefined) {
      const caller = await authenticate(forge, c.req.header('authorization'));
      c.set('caller', caller);
      assertActive(forge, caller);
    }
    await next();
  };
}

function assertActive(forge: Forge, caller: Caller): void {
  const account = caller.kind === 'app' ? undefined : installationById(forge, caller.token.installation)?.account;
  if (account !== undefined) requireActive(forge, account);
}

const resources: Partial<Record<string, string>> = {
  '/api/graphql': 'graphql',
  '/api/v3/search/code': 'code_search',
};

function countRate(forge: Forge) {
  const counter = makeRateCounter(forge.now);
  return async (c: Request, next: Next) => {
    const resource = resources[c.req.path] ?? 'core';
    const asks = c.req.path === '/api/v3/rate_limit';
    const status = counter.count(callerOf(c), resource, asks ? 0 : 1);
    for (const [name, value] of Object.entries(status)) c.header(`x-ratelimit-${name}`, String(value));
    if (!asks) return next();
    const graphql = counter.count(callerOf(c), 'graphql', 0);
    c.res = c.json({ resources: { core: status, graphql }, rate: status });
    return undefined;
  };
}

function answerError(forge: Forge, error: unknown, c: Request): Response {
  if (!(error instanceof Refusal)) {
    process.stderr.write(`forge: ${error instanceof Error ? error.stack : String(error)}\n`);
    return c.json({ message: 'Server Error' }, 500);
  }
  const git = !c.req.path.startsWith('/api/');
  if (git && error.status === 401) c.header('www-authenticate', 'Basic realm="forge"');
  if (git) return c.text(`${error.message}\n`, error.status);
  const details = error.details ? { message: 'Validation Failed', errors: error.details } : { message: error.message };
  const documentation = `${forge.site.url}/`;
  return c.json({ ...details, documentation_url: documentation, status: String(error.status) }, error.status);
}
