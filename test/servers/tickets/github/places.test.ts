import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import type { HubIssue, HubRepository } from '#test/fakes/github-issues/hub.ts';
import { connect, keys, present, startHub, writeWith } from './kit.ts';

type Started = Awaited<ReturnType<typeof startHub>>;
let started: Started;
let backend: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  started = await startHub();
  backend = await connect(started.fake);
});
afterAll(async () => {
  await backend.close();
  expect(started.fake.violations).toEqual([]);
  await started.fake.close();
});

const keyOf = ({ repository: { owner, name }, number }: HubIssue): string => `${owner}/${name}#${number}`;
const idOf = ({ repository, number }: HubIssue): string => `${repository.id}#${number}`;
/** Somebody makes an issue. */
function add(about: Partial<HubIssue> = {}, where: HubRepository = started.web): HubIssue {
  return started.hub.issue(where, { author: started.alice, ...about });
}
/** Another repository, of the owner's others. */
function repository(name: string, about: Parameters<Started['hub']['repository']>[1] = {}): HubRepository {
  const made = started.hub.repository(name, about);
  started.app.install(made);
  return made;
}
const any: TicketQuery = {
  ...{ projects: ['acme/web'], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [] },
  ...{ withoutLabels: [], assignee: null, reporter: null, sort: 'created' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};
const found = async (query: Partial<TicketQuery>): Promise<string[]> =>
  (await backend.reader.search({ ...any, ...query }, { limit: 50 })).items.map(({ key }) => key);

describe('a repository', () => {
  test.each(['acme/none', 'acme', 'acme/..', 'acme/web/x', '../x', 'acme/web#1', 'ａcme/web'])(
    'that is called %s is none',
    async (key) => {
      expect(await backend.reader.project(key)).toBeNull();
      expect(await backend.reader.ticket(`${key}#1`)).toBeNull();
    },
  );

  test('on which the App is not installed is none, and neither are its issues', async () => {
    const secret = started.hub.repository('acme/secret');
    const issue = add({}, secret);
    expect(await backend.reader.project('acme/secret')).toBeNull();
    expect(await backend.reader.ticket(keyOf(issue))).toBeNull();
    expect(await backend.reader.ticketById(idOf(issue))).toBeNull();
    expect(await found({ projects: ['acme/secret'] })).toEqual([]);
  });

  test('without issues is no project, and nothing is written there', async () => {
    const off = repository('acme/off');
    const issue = add({}, off);
    const ticket = present(await backend.reader.ticket(keyOf(issue)));
    off.hasIssues = false;
    const fresh = await connect(started.fake);
    expect(await fresh.reader.project('acme/off')).toBeNull();
    expect(await fresh.reader.ticketById(idOf(issue))).toBeNull();
    const writing = writeWith(fresh, { kind: 'update', ticket, expect: {}, set: { title: 'x' } });
    await expect(writing).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    await fresh.close();
  });

  test('that is archived says so, and takes no writes', async () => {
    const old = repository('acme/old', { archived: true });
    const ticket = present(await backend.reader.ticket(keyOf(add({}, old))));
    expect(await backend.reader.project('acme/old')).toMatchObject({ archived: true });
    const writing = writeWith(backend, { kind: 'update', ticket, expect: {}, set: { title: 'x' } });
    await expect(writing).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('archived') });
  });

  test('says who can see it, and has the types that its organisation made up beside none', async () => {
    const wide = repository('acme/wide', { visibility: 'public' });
    wide.types.push({ id: 'IT_a', name: 'Bug', isEnabled: true }, { id: 'IT_b', name: 'Old', isEnabled: false });
    const project = await backend.reader.project('ACME/Wide');
    expect(project).toMatchObject({ key: 'acme/wide', audience: 'public', customers: false });
    expect(project?.types.map(({ name }) => name)).toEqual(['Issue', 'Bug']);
  });

  test('of a server that knows no types has the one', async () => {
    started.fake.knowsTypes = false;
    const project = await backend.reader.project('acme/web');
    started.fake.knowsTypes = true;
    expect(project?.types.map(({ name }) => name)).toEqual(['Issue']);
  });

  test('that was renamed has its issues by their ids, under its new name', async () => {
    const before = repository('acme/before');
    const issue = add({}, before);
    const ticket = present(await backend.reader.ticket(keyOf(issue)));
    started.hub.rename(before, 'after');
    const fresh = await connect(started.fake);
    expect(await fresh.reader.ticketById(ticket.id)).toMatchObject({ id: ticket.id, key: 'acme/after#1' });
    await fresh.close();
  });
});

describe('an issue', () => {
  test('is told with all that GitHub has of it', async () => {
    const { web, bob, hub } = started;
    const [label] = web.labels;
    const [parent, blocker] = [add({ title: 'Parent' }), add({ title: 'Blocker' })];
    const issue = add({ body: 'Text', labels: label ? [label] : [], assignees: [bob], parent, blockedBy: [blocker] });
    hub.comment(issue, bob, 'Yes');
    const ticket = present(await backend.reader.ticket(keyOf(issue)));
    expect(ticket).toMatchObject({
      ...{ id: idOf(issue), labels: ['agent'], assignees: [{ name: 'bob' }], comments: 1, priority: null, due: null },
      ...{ parent: { id: idOf(parent), key: keyOf(parent) }, type: { name: 'Issue' }, status: { name: 'Open' } },
      reporter: { name: 'alice', standing: 'member' },
      links: [{ end: 'inward', other: { id: idOf(blocker), title: 'Blocker' } }],
    });
    expect(present(await backend.reader.ticketById(idOf(blocker))).links).toMatchObject([
      { end: 'outward', id: ticket.links[0]?.id, other: { id: idOf(issue) } },
    ]);
  });

  test('of a type has it', async () => {
    const type = started.web.types[0] ?? null;
    expect(await backend.reader.ticket(keyOf(add({ type })))).toMatchObject({ type: { name: 'Bug' } });
  });

  test('that is a pull request is no ticket, by its key, its id and in a search', async () => {
    const pull = add({ isPull: true, title: 'pulling' });
    expect(await backend.reader.ticket(keyOf(pull))).toBeNull();
    expect(await backend.reader.ticketById(idOf(pull))).toBeNull();
    expect(await found({ text: ['pulling'] })).toEqual([]);
  });

  test('that was transferred is where it is now, by its old key and its old id', async () => {
    const issue = add({ title: 'Moving' });
    const moved = started.hub.transfer(issue, started.alice, started.ops);
    const there = { key: keyOf(moved), project: { key: 'acme/ops' } };
    expect(await backend.reader.ticket(keyOf(issue))).toMatchObject(there);
    expect(await backend.reader.ticketById(idOf(issue))).toMatchObject(there);
  });

  test('that was transferred to where the App does not see it is not there, and nothing is told of it', async () => {
    const hidden = started.hub.repository('acme/hidden');
    const issue = add({ title: 'Gone' });
    started.hub.transfer(issue, started.alice, hidden);
    expect(await backend.reader.ticket(keyOf(issue))).toBeNull();
  });

  test.each([
    ['completed', 'Closed as completed'],
    ['not_planned', 'Closed as not planned'],
    ['duplicate', 'Closed as duplicate'],
    [null, 'Closed as completed'],
  ] as const)('that was closed as %s is %s, and can be opened again', async (reason, name) => {
    const ticket = present(await backend.reader.ticket(keyOf(add({ state: 'closed', reason }))));
    expect(ticket.status).toMatchObject({ name, category: 'done' });
    const [reopen, ...others] = await backend.reader.transitions(ticket);
    expect([reopen?.to.name, others]).toEqual(['Open', []]);
    expect(await backend.reader.wayBack(ticket, ticket.status, { id: 'open', name: 'Open', category: 'todo' })).toBe(
      'yes',
    );
  });

  test('tells what was changed of it, and nothing of where it was before or of what it is a part elsewhere', async () => {
    const { hub, alice, ops } = started;
    const issue = add();
    hub.retitle(issue, alice, 'New');
    hub.event(issue, alice, 'ParentIssueAddedEvent', { parent: add({ title: 'Secret' }, ops) });
    hub.event(issue, alice, 'TransferredEvent');
    const { items } = await backend.reader.history(present(await backend.reader.ticket(keyOf(issue))), { limit: 10 });
    expect(items.map(({ by, changes }) => [by?.name, ...changes])).toEqual([
      ['alice', { field: 'project', before: null, after: 'acme/web' }],
      ['alice', { field: 'parent', before: null, after: 'an issue of another repository' }],
      ['alice', { field: 'title', before: 'A title', after: 'New' }],
    ]);
  });
});

describe('a search', () => {
  test('goes to GitHub as phrases, with the name of the repository, and with a token for it alone', async () => {
    started.fake.requests.length = 0;
    await found({ text: ['a" repo:acme/ops "', 'is:closed'], labels: ['bug'], types: ['Bug'], assignee: 'bob' });
    const [request] = started.fake.requests.filter(({ url }) => url.includes('/search/issues'));
    expect(new URL(request?.url ?? '', started.fake.url).searchParams.get('q')).toBe(
      'repo:acme/web is:issue "a  repo:acme/ops  " "is:closed" type:"Bug" label:"bug" assignee:bob',
    );
    const token = started.app.tokens.find(({ value }) => request?.authorization === `bearer ${value}`);
    expect(token?.repositories).toEqual([started.web.id]);
    expect(token?.permissions).toEqual({ issues: 'read', metadata: 'read' });
  });

  test.each([
    { assignee: 'a b' },
    { reporter: 'x" OR repo:acme/ops' },
    { reporter: 'nobody-like-that' },
    { priorities: ['high'] },
  ])('for %j finds nothing', async (query) => {
    expect(await found(query)).toEqual([]);
  });

  test('tells reasons of closing apart, and takes several of them', async () => {
    const word = 'reasons';
    const [open, done, not] = [
      add({ title: word }),
      add({ title: word, state: 'closed', reason: 'completed' }),
      add({ title: word, state: 'closed', reason: 'not_planned' }),
    ].map(keyOf);
    expect(await found({ text: [word], statuses: ['closed as NOT planned'] })).toEqual([not]);
    expect(await found({ text: [word], statuses: ['Open', 'Closed as completed'] })).toEqual([done, open]);
    expect(await found({ text: [word], categories: ['done'] })).toEqual([not, done]);
    expect(await found({ text: [word], categories: ['in_progress'] })).toEqual([]);
  });

  test('of several repositories gives the newest of all, page by page, each once', async () => {
    const { web, ops } = started;
    const made = Array.from({ length: 9 }, (_, index) => add({ title: 'merged' }, index % 3 === 0 ? ops : web)).map(
      keyOf,
    );
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { ...any, projects: ['acme/web', 'acme/ops', 'acme/none'], text: ['merged'] };
      const page = await backend.reader.search(query, { limit: 2, cursor });
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    expect(keys).toEqual(made.toReversed());
  });

  test('finds what is new once GitHub has it in its index; its key finds it at once', async () => {
    started.fake.freezeIndex(true);
    const late = keyOf(add({ title: 'lately' }));
    expect(await found({ text: ['lately'] })).toEqual([]);
    expect(await backend.reader.ticket(late)).toMatchObject({ title: 'lately' });
    started.fake.freezeIndex(false);
    expect(await found({ text: ['lately'] })).toEqual([late]);
  });

  test.each(['x', Buffer.from('{"a":1}').toString('base64url')])('does not know the cursor %s', async (cursor) => {
    const searching = backend.reader.search(any, { limit: 1, cursor });
    await expect(searching).rejects.toMatchObject({ code: 'invalid_arguments' });
  });
});

describe('somebody', () => {
  test.each(['bob', 'BOB', 'Bob Roe'])('%s can be assigned an issue, and is one person', async (who) => {
    const project = await backend.reader.project('acme/web');
    expect(project && (await backend.reader.assignable(project, who))).toMatchObject({ name: 'bob' });
  });

  test.each(['bo', 'nobody', 'mallory'])('%s can not', async (who) => {
    started.hub.user('mallory');
    const project = await backend.reader.project('acme/web');
    expect(project && (await backend.reader.assignable(project, who))).toBeNull();
  });

  test.each([
    ['alice', 'write'],
    ['carol', 'read'],
    ['mallory', 'none'],
    ['ghost', 'none'],
  ] as const)('%s may %s', async (login, level) => {
    started.hub.user('carol');
    started.web.people.set('carol', { permission: 'read', assignable: false });
    const access = backend.sponsorAccess((sponsor) => sponsor);
    expect(access.about({ want: 'write', project: 'Acme/Web' })).toEqual({ thing: 'acme/web', wants: 'write' });
    expect(await access.levelOf(login, 'acme/web')).toBe(level);
  });
});

test('no key and no token is in what the backend is made of', async () => {
  const { inspect } = await import('node:util');
  const all = inspect(backend, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(backend);
  expect(all).not.toContain('ghs_');
  expect(all).not.toContain(keys.privateKey.slice(100, 140));
});
