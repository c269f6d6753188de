import { type Answer, ok } from '../common/answer.ts';
import { type Call, commentIn, commentView, gone, listed, pageIn, pageView, Refusal } from './call.ts';
import { type FakeSpace, type FakeVersion, newest } from './site.ts';

const byTime = (one: FakeVersion, other: FakeVersion): number => (one.createdAt < other.createdAt ? -1 : 1);
const newestFirst = ({ query }: Call): boolean => query.get('sort')?.startsWith('-') === true;
const statusesOf = ({ query }: Call): readonly string[] => (query.get('status') ?? 'current,archived').split(',');

const spaceView = ({ id, key, name, status, homepageId }: FakeSpace): object => ({
  ...{ id, key, name, status, homepageId, type: 'global' },
  _links: { webui: `/spaces/${encodeURIComponent(key)}` },
});

function spaceIn({ site, account, parts }: Call): FakeSpace {
  const found = site.spaces.find(({ id }) => id === parts['id']);
  if (found === undefined || !site.may(account, found)) throw gone();
  return found;
}

export function readSpaces(call: Call): Answer {
  const keys = call.query.get('keys')?.split(',');
  const seen = call.site.spaces.filter((one) => call.site.may(call.account, one));
  return listed(
    call,
    'api/v2/spaces',
    seen.filter(({ key }) => keys === undefined || keys.includes(key)).map(spaceView),
  );
}

export const readSpace = (call: Call): Answer => ok(spaceView(spaceIn(call)));

export function readSpaceOperations(call: Call): Answer {
  const space = spaceIn(call);
  const all = [...space.permissions.values()].flatMap((each) => [...each]);
  const may = [...new Set(all)].filter((what) => call.site.may(call.account, space, what));
  return ok({ operations: may.map(operationOf).map(({ key, targetType }) => ({ operation: key, targetType })) });
}

const operationOf = (what: string) => {
  const [key = '', targetType = ''] = what.split(' ');
  return { key, targetType };
};

export function readSpacePermissions(call: Call): Answer {
  const space = spaceIn(call);
  const all = [...space.permissions].flatMap(([id, given]) =>
    [...given].map((what, index) => {
      return { id: `${id}-${index}`, principal: { type: principalOf(call, id), id }, operation: operationOf(what) };
    }),
  );
  return listed(call, `api/v2/spaces/${space.id}/permissions`, all);
}

function principalOf({ site }: Call, id: string): string {
  if (site.users.has(id)) return 'user';
  return id.startsWith('role') ? 'role' : 'group';
}

export function readSpacePages(call: Call): Answer {
  const space = spaceIn(call);
  const title = call.query.get('title');
  const all = [...call.site.pages.values()].filter(
    (page) =>
      page.spaceId === space.id &&
      call.site.sees(call.account, page) &&
      statusesOf(call).includes(page.status) &&
      (call.query.get('depth') !== 'root' || page.parentId === null) &&
      (title === null || newest(page).title === title),
  );
  return listed(
    call,
    `api/v2/spaces/${space.id}/pages`,
    all.map((page) => pageView(call, page)),
  );
}

export function readPages(call: Call): Answer {
  const ids = call.query.get('id')?.split(',') ?? [];
  const all = [...call.site.pages.values()].filter(
    (page) => ids.includes(page.id) && call.site.sees(call.account, page) && statusesOf(call).includes(page.status),
  );
  return listed(
    call,
    'api/v2/pages',
    all.map((page) => pageView(call, page)),
  );
}

export function readPage(call: Call): Answer {
  const page = pageIn(call);
  const number = call.query.get('version');
  const version = number === null ? newest(page) : page.versions.find((each) => each.number === Number(number));
  // A page in the trash is there for whoever asks for the trash.
  const isAsked = number !== null || statusesOf(call).includes(page.status);
  if (version === undefined || !isAsked) throw gone();
  return ok(pageView(call, page, version));
}

export function readAncestors(call: Call): Answer {
  const page = pageIn(call);
  return ok({ results: call.site.above(page).map(({ id }) => ({ id, type: 'page' })), _links: {} });
}

export function readChildren(call: Call): Answer {
  const page = pageIn(call);
  const seen = call.site.childrenOf(page.id).filter((each) => call.site.sees(call.account, each));
  const views = seen.map((each) => ({
    ...{ id: each.id, status: each.status, title: newest(each).title, spaceId: each.spaceId, childPosition: 1 },
  }));
  return listed(call, `api/v2/pages/${page.id}/children`, views);
}

export function readVersions(call: Call): Answer {
  const page = pageIn(call);
  const all = page.versions.toSorted(byTime);
  const views = (newestFirst(call) ? all.toReversed() : all).map(({ body: _body, title, ...version }) => ({
    ...{ ...version, minorEdit: false, page: { id: page.id, title } },
  }));
  return listed(call, `api/v2/pages/${page.id}/versions`, views);
}

export function readRootComments(call: Call): Answer {
  const page = pageIn(call);
  const all = [...call.site.comments.values()].filter(
    (each) => each.pageId === page.id && each.parentCommentId === null,
  );
  const sorted = newestFirst(call) ? all.toReversed() : all;
  return listed(
    call,
    `api/v2/pages/${page.id}/footer-comments`,
    sorted.map((each) => commentView(call, each)),
  );
}

export const readComment = (call: Call): Answer => ok(commentView(call, commentIn(call)));

export function readAnswers(call: Call): Answer {
  const comment = commentIn(call);
  const all = [...call.site.comments.values()].filter((each) => each.parentCommentId === comment.id);
  const sorted = newestFirst(call) ? all.toReversed() : all;
  return listed(
    call,
    `api/v2/footer-comments/${comment.id}/children`,
    sorted.map((each) => commentView(call, each)),
  );
}

export function readCommentVersions(call: Call): Answer {
  const comment = commentIn(call);
  const all = comment.versions.toSorted(byTime);
  const views = (newestFirst(call) ? all.toReversed() : all).map(({ body: _body, title: _title, ...each }) => each);
  return listed(call, `api/v2/footer-comments/${comment.id}/versions`, views);
}

export function readUsers({ site, body }: Call): Answer {
  const { accountIds } = body as { accountIds: readonly string[] };
  const found = accountIds.flatMap((id) => site.users.get(id) ?? []);
  return ok({
    results: found.map(({ groups: _groups, ...user }) => ({ ...user, publicName: user.displayName })),
    _links: {},
  });
}

export function readMyself({ site, account }: Call): Answer {
  const user = site.users.get(account);
  if (user === undefined) throw new Refusal(403, 'You may not use Confluence');
  const { accountId, accountType, displayName } = user;
  return ok({ type: 'known', accountId, accountType, displayName, publicName: displayName, isGuest: false });
}

export function readGroups({ site, query }: Call): Answer {
  const groups = site.users.get(query.get('accountId') ?? '')?.groups ?? [];
  return ok({
    results: groups.map((id) => ({ id, name: id, type: 'group' })),
    start: 0,
    limit: 200,
    size: groups.length,
  });
}
