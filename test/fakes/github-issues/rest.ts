import * as z from 'zod';
import { allows, canSee, type HubApp, type HubToken, named } from './credentials.ts';
import { fullName, type Hub, type HubIssue, type HubRepository } from './hub.ts';
import { RestRefusal } from './refusal.ts';
import { isFound, partsOf, UnknownUser } from './search.ts';
import { issueView, repositoryView, userView } from './views.ts';

/** One REST request, taken apart. `base` is where the API is. */
export type RestRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly authorization: string | undefined;
  readonly base: string;
};
export type RestAnswer = { readonly status: number; readonly body?: unknown };

type Place = {
  readonly hub: Hub;
  readonly app: HubApp;
  readonly request: RestRequest;
  readonly index: () => readonly HubIssue[];
};
type Handler = (place: Place, match: readonly string[]) => RestAnswer;

const ok = (body: unknown, status = 200): RestAnswer => ({ status, body });
const notFound = (): RestRefusal => new RestRefusal(404, 'Not Found');

const repo = '/(?:repos/([^/]+)/([^/]+)|repositories/(\\d+)())';

/** What is asked here of the REST API, each with the query parameters that it is documented with. */
const routes: readonly (readonly [method: string, path: string, parameters: readonly string[], handler: Handler])[] = [
  ['GET', '/meta', [], () => ok({})],
  [
    'GET',
    '/app',
    [],
    ({ app, request }) => asApp(app, request, () => ok({ slug: app.slug, permissions: app.permissions, events: [] })),
  ],
  [
    'GET',
    '/app/installations',
    ['per_page', 'page'],
    ({ app, request }) => asApp(app, request, () => ok(installations(app))),
  ],
  ['GET', '/repos/([^/]+)/([^/]+)/installation', [], installationOf],
  ['POST', '/app/installations/(\\d+)/access_tokens', [], mint],
  ['DELETE', '/installation/token', [], revoke],
  ['GET', '/installation/repositories', ['per_page', 'page'], covered],
  [
    'GET',
    '/rate_limit',
    [],
    () => ok({ resources: { core: { limit: 5000, remaining: 4990 }, graphql: { limit: 5000, remaining: 4980 } } }),
  ],
  ['GET', repo, [], (place, match) => ok(repositoryView(place.request.base, readable(place, match).repository))],
  ['GET', `${repo}/issues`, ['state', 'sort', 'direction', 'per_page', 'page'], listIssues],
  ['GET', `${repo}/issues/(\\d+)`, [], getIssue],
  ['GET', `${repo}/labels/([^/]+)`, [], getLabel],
  ['GET', `${repo}/collaborators/([^/]+)/permission`, [], permissionOf],
  ['GET', `${repo}/issues/(\\d+)/dependencies/(blocked_by|blocking)`, ['per_page', 'page'], listDependencies],
  ['POST', `${repo}/issues/(\\d+)/dependencies/blocked_by`, [], addDependency],
  ['DELETE', `${repo}/issues/(\\d+)/dependencies/blocked_by/(\\d+)`, [], removeDependency],
  ['GET', '/search/issues', ['q', 'sort', 'order', 'per_page', 'page', 'advanced_search'], search],
];

/** Answers as GitHub does. Throws {@link RestRefusal}, and any other error for a request that GitHub does not document. */
export function answerRest(place: Place): RestAnswer {
  const { method, path, query } = place.request;
  for (const [verb, pattern, parameters, handler] of routes) {
    const match = new RegExp(`^${pattern}$`).exec(path);
    if (match === null || verb !== method) continue;
    const unknown = [...query.keys()].filter((key) => !parameters.includes(key));
    if (unknown.length > 0) throw new Error(`${method} ${path} has no parameter ${unknown.join(', ')}`);
    return handler(
      place,
      match.slice(1).map((part) => decodeURIComponent(part ?? '')),
    );
  }
  throw new Error(`${method} ${path} is not a request of the API that this fake knows`);
}

function asApp(app: HubApp, request: RestRequest, work: () => RestAnswer): RestAnswer {
  app.assertApp(request.authorization);
  return work();
}

const installations = (app: HubApp) =>
  [...app.installations].map(([id, { owner }]) => ({
    ...{ id, account: { login: owner }, permissions: app.permissions },
    suspended_at: app.suspended ? '2026-01-01T00:00:00Z' : null,
  }));

function installationOf({ hub, app, request }: Place, [owner = '', name = '']: readonly string[]): RestAnswer {
  app.assertApp(request.authorization);
  const found = named(hub, owner, name);
  const one = found && [...app.installations].find(([, { repositories }]) => repositories.has(found.repository.id));
  if (!one) throw notFound();
  return ok({ id: one[0] });
}

function mint({ hub, app, request }: Place, [id = '']: readonly string[]): RestAnswer {
  app.assertApp(request.authorization);
  const { value, permissions, names, expiresAt } = app.mint(hub, Number(id), request.body);
  const expires_at = new Date(expiresAt).toISOString();
  const repositories = names.map((one) => ({ id: one.id, name: one.name, full_name: fullName(one) }));
  return ok({ token: value, expires_at, permissions, repository_selection: 'selected', repositories }, 201);
}

function revoke({ app, request }: Place): RestAnswer {
  app.tokenOf(request.authorization).revoked = true;
  return { status: 204 };
}

function covered({ hub, app, request }: Place): RestAnswer {
  const token = app.tokenOf(request.authorization);
  const repositories = hub.repositories.filter(({ id }) => token.repositories.includes(id));
  return ok({
    total_count: repositories.length,
    repositories: repositories.map((one) => ({ full_name: fullName(one) })),
  });
}

type Found = { readonly repository: HubRepository; readonly token: HubToken };

/** The repository of a path, if the token sees it; a redirect where it is called otherwise now. */
function readable({ hub, app, request }: Place, [owner = '', name = '', id = '']: readonly string[]): Found {
  const token = app.tokenOf(request.authorization);
  const found =
    id === ''
      ? named(hub, owner, name)
      : { repository: hub.repositories.find((one) => String(one.id) === id), former: false };
  if (!found?.repository || !canSee(token, found.repository)) throw notFound();
  if (found.former) {
    const rest = request.path.replace(/^\/repos\/[^/]+\/[^/]+/, '');
    throw new RestRefusal(301, 'Moved Permanently', {
      location: `${request.base}/repositories/${found.repository.id}${rest}`,
    });
  }
  return { repository: found.repository, token };
}

function issueIn(place: Place, match: readonly string[], level: 'read' | 'write'): HubIssue {
  const { repository, token } = readable(place, match);
  if (!allows(token, repository, level)) throw new RestRefusal(403, 'Resource not accessible by integration');
  if (!repository.hasIssues) throw new RestRefusal(410, 'Issues has been disabled in this repository.');
  if (level === 'write' && repository.archived) throw new RestRefusal(403, 'Repository was archived so is read-only.');
  const issue = repository.issues.find(({ number }) => String(number) === match[4]);
  if (!issue) throw notFound();
  if (issue.movedTo === null) return issue;
  throw new RestRefusal(301, 'Moved Permanently', { location: addressOf(place, issue.movedTo) });
}

const addressOf = ({ request: { base } }: Place, { repository, number }: HubIssue): string =>
  `${base}/repositories/${repository.id}/issues/${number}`;

function getIssue(place: Place, match: readonly string[]): RestAnswer {
  return ok(issueView(place.request.base, issueIn(place, match, 'read')));
}

function listIssues(place: Place, match: readonly string[]): RestAnswer {
  const { repository, token } = readable(place, match);
  if (!allows(token, repository, 'read')) throw new RestRefusal(403, 'Resource not accessible by integration');
  const all = repository.issues.filter(({ movedTo }) => movedTo === null).toReversed();
  return ok(pageOf(place, all).map((issue) => issueView(place.request.base, issue)));
}

function pageOf<T>({ request: { query } }: Place, all: readonly T[]): readonly T[] {
  const size = Number(query.get('per_page') ?? 30);
  if (size > 100) throw new Error('GitHub gives at most a hundred at once');
  const page = Number(query.get('page') ?? 1);
  return all.slice((page - 1) * size, page * size);
}

function getLabel(place: Place, match: readonly string[]): RestAnswer {
  const { repository } = readable(place, match);
  const found = repository.labels.find(({ name }) => name.toLowerCase() === match[4]?.toLowerCase());
  if (!found) throw notFound();
  return ok(found);
}

function permissionOf(place: Place, match: readonly string[]): RestAnswer {
  const { repository } = readable(place, match);
  const user = place.hub.users.find(({ login }) => login.toLowerCase() === match[4]?.toLowerCase());
  if (!user) throw notFound();
  const open = repository.visibility === 'public' ? 'read' : 'none';
  return ok({ permission: repository.people.get(user.login)?.permission ?? open, user: userView(user) });
}

function listDependencies(place: Place, match: readonly string[]): RestAnswer {
  const issue = issueIn(place, match, 'read');
  const token = place.app.tokenOf(place.request.authorization);
  const others = match[5] === 'blocked_by' ? issue.blockedBy : blockedOn(place.hub, issue);
  const seen = others.filter(({ repository }) => canSee(token, repository));
  return ok(pageOf(place, seen).map((one) => issueView(place.request.base, one)));
}

const blockedOn = (hub: Hub, issue: HubIssue): readonly HubIssue[] =>
  hub.repositories.flatMap(({ issues }) => issues).filter(({ blockedBy }) => blockedBy.includes(issue));

/** As documented: https://docs.github.com/en/rest/issues/issue-dependencies */
const dependency = z.strictObject({ issue_id: z.number().int() });

function addDependency(place: Place, match: readonly string[]): RestAnswer {
  const issue = issueIn(place, match, 'write');
  const { issue_id: id } = dependency.parse(place.request.body);
  const other = place.hub.repositories.flatMap(({ issues }) => issues).find((one) => one.id === id);
  if (!other) throw notFound();
  if (issue.blockedBy.includes(other)) throw new RestRefusal(422, 'Validation Failed');
  issue.blockedBy = [...issue.blockedBy, other];
  return ok(issueView(place.request.base, issue), 201);
}

function removeDependency(place: Place, match: readonly string[]): RestAnswer {
  const issue = issueIn(place, match, 'write');
  if (!issue.blockedBy.some(({ id }) => String(id) === match[5])) throw notFound();
  issue.blockedBy = issue.blockedBy.filter(({ id }) => String(id) !== match[5]);
  return ok(issueView(place.request.base, issue));
}

function search(place: Place): RestAnswer {
  const { hub, app, request, index } = place;
  const token = app.tokenOf(request.authorization);
  const parts = partsOf(request.query.get('q') ?? '');
  if (parts.length > 40 || (request.query.get('q') ?? '').length > 4000)
    throw new RestRefusal(422, 'Validation Failed');
  const known = (login: string): boolean => hub.users.some((user) => user.login.toLowerCase() === login.toLowerCase());
  try {
    const seen = index().filter(({ repository, movedTo }) => canSee(token, repository) && movedTo === null);
    const found = seen.filter((issue) => isFound(issue, parts, known));
    const time = ({ createdAt, updatedAt }: HubIssue) =>
      request.query.get('sort') === 'created' ? createdAt : updatedAt;
    const sorted = found.toSorted((a, b) => (time(a) < time(b) ? 1 : -1));
    const items = pageOf(place, sorted).map((issue) => issueView(request.base, issue));
    return ok({ total_count: found.length, incomplete_results: false, items });
  } catch (error) {
    if (error instanceof UnknownUser) throw new RestRefusal(422, 'The listed users cannot be searched');
    throw error;
  }
}
