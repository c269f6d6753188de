import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person, Status } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { newChangeId } from '#shared/changes/ids.ts';
import { Secret } from '#shared/http/secret.ts';
import type { HubIssue } from '#test/fakes/github-issues/hub.ts';
import type { HubFault } from '#test/fakes/github-issues/server.ts';
import { connect, keyPair, keys, present, someMark, startHub, targetOf, writeWith } from './kit.ts';

let started: Awaited<ReturnType<typeof startHub>>;
let backend: Awaited<ReturnType<typeof connect>>;
const problems: unknown[] = [];
beforeAll(async () => {
  started = await startHub();
  backend = await connect(started.fake);
});
afterEach(() => {
  started.fake.fault = null;
  started.fake.nextWrite = null;
  started.app.suspended = false;
});
afterAll(async () => {
  await backend.close();
  expect(started.fake.violations).toEqual([]);
  await started.fake.close();
});

async function ticket(about: Partial<HubIssue> = {}, where = started.web): Promise<Ticket & { readonly is: HubIssue }> {
  const is = started.hub.issue(where, { author: started.alice, ...about });
  return { ...present(await backend.reader.ticketById(`${where.id}#${is.number}`)), is };
}
const retitled = (of: Ticket, title = 'New'): TicketWrite => ({
  ...{ kind: 'update', ticket: of, expect: { title: of.title }, set: { title } },
});
const comment = (of: Ticket, text = 'Hello'): TicketWrite => ({
  ...{ kind: 'comment', ticket: of, body: { format: 'markdown', text }, visibleTo: 'team' },
});
/** Notes what went wrong, to look for secrets in it. */
async function failing(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  problems.push(error);
  return error;
}
const refused = { name: 'NotDone', kind: 'refused' };

describe('a token to write', () => {
  test('is for the issues of the one repository, and is revoked when the change is done', async () => {
    const before = started.app.tokens.length;
    await writeWith(backend, retitled(await ticket()));
    const writing = started.app.tokens.slice(before).filter(({ permissions }) => permissions['issues'] === 'write');
    expect(writing).toMatchObject([
      { permissions: { issues: 'write', metadata: 'read' }, repositories: [started.web.id], revoked: true },
    ]);
  });

  test('is the only thing that changes anything, and reads no more than what is written', async () => {
    const made = await ticket();
    started.fake.requests.length = 0;
    await writeWith(backend, retitled(made));
    const write = started.app.tokens.at(-1)?.value;
    const by = started.fake.requests.filter(({ authorization }) => authorization === `bearer ${write}`);
    expect(by.map(({ method, url }) => `${method} ${url.replace('/api/v3', '')}`)).toEqual([
      `GET /repos/acme/web/issues/${made.is.number}`,
      'POST /api/graphql',
      `GET /repos/acme/web/issues/${made.is.number}`,
      'DELETE /installation/token',
    ]);
  });

  test('writes to no other ticket, whatever the plan says, and nothing after its change', async () => {
    const [one, other] = [await ticket(), await ticket()];
    const asked = writeWith(backend, retitled(other), { target: targetOf(retitled(one)) });
    expect(await failing(asked)).toMatchObject(refused);
    const elsewhere = await ticket({}, started.ops);
    const into = { ...targetOf(retitled(elsewhere)), projectId: String(started.web.id), project: 'acme/web' };
    expect(await failing(writeWith(backend, retitled(elsewhere), { target: into }))).toMatchObject(refused);
    expect([one.is.title, other.is.title, elsewhere.is.title]).toEqual(['A title', 'A title', 'A title']);
  });

  test('that is not given is a write that did not happen', async () => {
    const made = await ticket();
    started.app.suspended = true;
    const error = await failing(writeWith(backend, retitled(made)));
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('suspended') });
  });
});

describe('a write', () => {
  test('puts on labels that are there, and makes none', async () => {
    const made = await ticket();
    const labels = ['bug', 'made up', '..'];
    const wanted = { kind: 'update', ticket: made, expect: {}, set: { labels } } as const;
    const words = 'acme/web has no label "made up", "..", and none is made here. Nothing was done.';
    expect(await failing(writeWith(backend, wanted))).toMatchObject({ ...refused, message: words });
    expect(started.web.labels.map(({ name }) => name)).not.toContain('made up');
  });

  test('leaves alone what somebody puts on in between', async () => {
    const { hub, web, alice, bob } = started;
    const made = await ticket({ assignees: [alice] });
    const late = hub.label(web, 'late');
    started.fake.fault = ({ url }) => {
      if (url === '/api/graphql' && made.is.labels.length === 0) made.is.labels = [late];
      return undefined;
    };
    const person: Person = { id: bob.node_id, name: 'bob', standing: 'unknown' };
    const set = { labels: ['bug'], assignees: [person] };
    const written = await writeWith(backend, { kind: 'update', ticket: made, expect: { labels: [] }, set });
    expect(written.differs).toEqual(['labels']);
    expect(made.is.labels.map(({ name }) => name)).toEqual(['late', 'bug']);
    expect(made.is.assignees.map(({ login }) => login)).toEqual(['bob']);
  });

  test('of several fields of which GitHub wrote none did not happen', async () => {
    const made = await ticket();
    const names = ['updateIssue', 'addLabelsToLabelable'];
    const errors = names.map((name) => ({ type: 'FORBIDDEN', path: [name], message: 'no' }));
    const data = Object.fromEntries(names.map((name) => [name, null]));
    started.fake.nextWrite = { status: 200, body: { data, errors } };
    const set = { title: 'New', labels: ['bug'] };
    const wanted: TicketWrite = { kind: 'update', ticket: made, expect: {}, set };
    expect(await failing(writeWith(backend, wanted))).toMatchObject(refused);
  });

  test('of a field that issues do not have is refused', async () => {
    const made = await ticket();
    for (const set of [{ due: '2030-01-01' }, { priority: null }, { custom: [] }]) {
      const wanted: TicketWrite = { kind: 'update', ticket: made, expect: {}, set };
      expect(await failing(writeWith(backend, wanted))).toMatchObject(refused);
    }
  });

  test('says so where GitHub left somebody out', async () => {
    const made = await ticket();
    const { node_id: id, login: name } = started.hub.user('mallory');
    const assignees: Person[] = [{ id, name, standing: 'unknown' }];
    const wanted: TicketWrite = { kind: 'update', ticket: made, expect: { assignees: [] }, set: { assignees } };
    expect(await writeWith(backend, wanted)).toMatchObject({ id: made.id, differs: ['assignees'] });
  });

  test('of a type makes one of it, and one of a type that is gone makes none', async () => {
    const { id, name } = started.web.types[0] ?? { id: '', name: '' };
    const { project } = await ticket();
    const wanted = { kind: 'create', project, type: { id, name }, fields: { title: 'Typed' } } as const;
    const { id: made } = await writeWith(backend, wanted);
    expect(await backend.reader.ticketById(made)).toMatchObject({
      title: 'Typed',
      type: { name: 'Bug' },
      description: null,
    });
    const gone = { ...wanted, type: { id: 'IT_gone', name: 'Gone' } };
    expect(await failing(writeWith(backend, gone))).toMatchObject(refused);
  });

  test('makes a part of another issue, with the fields in one request, and says what did not go through', async () => {
    const [parent, made] = [await ticket(), await ticket()];
    const set = { title: 'Part', parent };
    started.fake.requests.length = 0;
    const written = await writeWith(backend, { kind: 'update', ticket: made, expect: { parent: null }, set });
    expect(written.differs).toEqual([]);
    expect(made.is).toMatchObject({ title: 'Part', parent: { number: parent.is.number } });
    expect(started.fake.requests.filter(({ url }) => url === '/api/graphql')).toHaveLength(1);
    const itself = { kind: 'update', ticket: made, expect: {}, set: { title: 'Own', parent: made } } as const;
    expect(await writeWith(backend, itself)).toMatchObject({ differs: ['parent'] });
    const off = { kind: 'update', ticket: made, expect: { parent }, set: { parent: null } } as const;
    expect(await writeWith(backend, off)).toMatchObject({ differs: [] });
    expect(made.is).toMatchObject({ title: 'Own', parent: null });
  });

  test('joins no issues of different repositories', async () => {
    const [here, there] = [await ticket(), await ticket({}, started.ops)];
    const type = { id: 'blocks', outward: 'blocks', inward: 'is blocked by' };
    const link = { kind: 'link', type, outward: here, inward: there } as const;
    expect(await failing(writeWith(backend, link))).toMatchObject(refused);
    const part = { kind: 'update', ticket: here, expect: {}, set: { parent: there } } as const;
    expect(await failing(writeWith(backend, part))).toMatchObject(refused);
  });

  test('closes for each reason, and opens again', async () => {
    const made = await ticket();
    for (const transition of await backend.reader.transitions(made)) {
      const move = { kind: 'transition', ticket: made, from: made.status, transition } as const;
      expect(await writeWith(backend, move)).toMatchObject({ differs: [] });
      const now = present(await backend.reader.ticketById(made.id));
      expect(now.status).toEqual(transition.to);
      expect(await backend.reader.landed(move, someMark)).toMatchObject({ landed: { id: made.id } });
      const [back] = await backend.reader.transitions(now);
      if (back) await writeWith(backend, { kind: 'transition', ticket: made, from: now.status, transition: back });
    }
    expect(made.is).toMatchObject({ state: 'open' });
  });

  test('of which somebody else did the same is not taken for ours', async () => {
    const made = await ticket();
    const to: Status = { id: 'completed', name: 'Closed as completed', category: 'done' };
    const transition = { id: 'close_completed', name: 'Close', to, requires: [] };
    Object.assign(made.is, { state: 'closed', reason: 'completed' });
    started.hub.event(made.is, started.alice, 'ClosedEvent', { stateReason: 'COMPLETED' });
    const move = { kind: 'transition', ticket: made, from: made.status, transition } as const;
    expect(await backend.reader.landed(move, someMark)).toBe('unclear');
    const forged = started.hub.comment(
      made.is,
      started.alice,
      `<!-- countersign ${someMark.changeId}/${someMark.token} -->\n\nHello`,
    );
    expect(forged.body).toContain(someMark.token);
    expect(await backend.reader.landed(comment(made), someMark)).toBe('not_found');
  });

  test('is no new issue of ours because somebody wrote our mark into one of theirs', async () => {
    const mark = { ...someMark, token: 'f'.repeat(32) };
    const theirs = await ticket({
      title: 'Ours',
      body: `<!-- countersign ${mark.changeId}/${mark.token} -->\n\nHello`,
    });
    const { project, type } = theirs;
    const fields = { title: 'Ours', description: { format: 'markdown', text: 'Hello' } } as const;
    const wanted: TicketWrite = { kind: 'create', project, type, fields };
    expect(await backend.reader.landed(wanted, mark)).toBe('not_found');
    const { id } = await writeWith(backend, wanted, { mark });
    expect(await backend.reader.landed(wanted, mark)).toMatchObject({ landed: { id } });
  });

  test('that somebody took back after its answer was lost is for a person to settle', async () => {
    const made = await ticket();
    const to: Status = { id: 'completed', name: 'Closed as completed', category: 'done' };
    const transition = { id: 'close_completed', name: 'Close', to, requires: [] };
    const move = { kind: 'transition', ticket: made, from: made.status, transition } as const;
    started.fake.nextWrite = 'answer_lost';
    await failing(writeWith(backend, move));
    Object.assign(made.is, { state: 'open', reason: null });
    started.hub.event(made.is, started.alice, 'ReopenedEvent', {});
    expect(await backend.reader.landed(move, someMark)).toBe('unclear');
    const later = { ...someMark, changeId: newChangeId(new Date(Date.now() + 3_600_000)) };
    expect(await backend.reader.landed(move, later)).toBe('not_found');
  });

  test('that is found by its mark says what of it is no longer as it was written', async () => {
    const made = await ticket();
    await writeWith(backend, comment(made));
    expect(await backend.reader.landed(comment(made), someMark)).toMatchObject({ landed: { differs: [] } });
    const [said] = made.is.comments;
    if (said) said.body = said.body.replace('Hello', 'Goodbye');
    expect(await backend.reader.landed(comment(made), someMark)).toMatchObject({ landed: { differs: ['body'] } });
  });

  test('on a locked conversation says that it is locked', async () => {
    const made = await ticket({ locked: true });
    const error = await failing(writeWith(backend, comment(made)));
    expect(error).toMatchObject({ ...refused, message: expect.stringContaining('locked on GitHub') });
  });

  test('keeps our mark hidden before a text, and before the text that takes its place', async () => {
    const made = await ticket();
    const { id } = await writeWith(backend, comment(made));
    const kept = made.is.comments[0];
    expect(kept?.body).toBe(`<!-- countersign ${someMark.changeId}/${someMark.token} -->\n\nHello`);
    const said = await backend.reader.comment(made, id);
    expect(said).toMatchObject({ body: { text: 'Hello' }, author: { standing: 'app' } });
    if (said === null) return;
    const body = { format: 'markdown', text: 'Bye' } as const;
    await writeWith(backend, { kind: 'edit_comment', ticket: made, comment: said, expect: said.body, body });
    expect(kept?.body).toMatch(/^<!-- countersign .* -->\n\nBye$/);
    const other = await ticket();
    expect(await backend.reader.comment(other, id)).toBeNull();
  });

  const secondary = {
    status: 403,
    headers: { 'retry-after': '60' },
    body: { message: 'You have exceeded a secondary rate limit' },
  };
  const cases: readonly (readonly [string, HubFault, object])[] = [
    ['a refusal', { status: 403, body: { message: 'Resource not accessible' } }, refused],
    ['what GitHub cannot read', { status: 422, body: { message: 'Validation Failed' } }, refused],
    [
      'an error in the answer',
      {
        status: 200,
        body: { data: { updateIssue: null }, errors: [{ type: 'FORBIDDEN', path: ['updateIssue'], message: 'no' }] },
      },
      refused,
    ],
    ['500', { status: 500, body: {} }, { name: 'Error' }],
    ['502', { status: 502, body: {} }, { name: 'Error' }],
    ['an empty answer', { status: 200, body: {} }, { name: 'Error' }],
    ['a lost answer', 'answer_lost', { name: 'Error' }],
    ['a lost request', 'request_lost', { name: 'Error' }],
    ['a redirect', { status: 307, headers: { location: '/api/v3/elsewhere' } }, { name: 'Error' }],
  ];

  test.each(cases)('after %s is not sent again, and says what is known of it', async (_, fault, expected) => {
    const made = await ticket();
    started.fake.nextWrite = fault;
    started.fake.requests.length = 0;
    expect(await failing(writeWith(backend, retitled(made)))).toMatchObject(expected);
    expect(started.fake.requests.filter(({ url }) => url === '/api/graphql')).toHaveLength(1);
    expect(started.fake.requests.filter(({ url }) => url.includes('elsewhere'))).toEqual([]);
  });

  test.each([
    ['404', 404, 'stale'],
    ['a deleted issue', 410, 'stale'],
    ['a new token that is not known yet', 401, 'unavailable'],
    ['a refusal', 403, 'refused'],
    ['502', 502, 'unavailable'],
  ])('did not happen where the look before it gets %s', async (_, status, kind) => {
    const made = await ticket();
    started.fake.fault = ({ url, authorization }) =>
      url.endsWith(`/issues/${made.is.number}`) && authorization.length > 0 ? { status, body: {} } : undefined;
    expect(await failing(writeWith(backend, retitled(made)))).toMatchObject({ name: 'NotDone', kind });
    started.fake.fault = null;
    expect(made.is.title).toBe('A title');
  });

  test('of a comment that is another by then, or gone, is not made', async () => {
    const made = await ticket();
    const { node_id: id } = started.hub.comment(made.is, started.alice, 'Theirs');
    const said = await backend.reader.comment(made, id);
    if (said === null) throw new Error('the comment is not there');
    const otherwise = { format: 'markdown', text: 'Not theirs' } as const;
    const edit: TicketWrite = { kind: 'edit_comment', ticket: made, comment: said, expect: otherwise, body: otherwise };
    expect(await failing(writeWith(backend, edit))).toMatchObject({ kind: 'stale' });
    made.is.comments.length = 0;
    expect(await failing(writeWith(backend, edit))).toMatchObject({ kind: 'stale' });
  });

  test('after a limit did not happen, and nothing more is sent until it ends', async () => {
    const limited = await connect(started.fake);
    const made = await ticket();
    started.fake.nextWrite = secondary;
    const error = await failing(writeWith(limited, retitled(made)));
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringMatching(/no more requests until 20/) });
    started.fake.requests.length = 0;
    const told = { code: 'backend_unavailable' };
    expect(await failing(limited.reader.comments(made, { limit: 5 }))).toMatchObject(told);
    expect(started.fake.requests.filter(({ url }) => url === '/api/graphql')).toEqual([]);
  });

  test('is held back where GitHub takes no more of them', async () => {
    const slow = await connect(started.fake, { allowances: [{ count: 1, withinMs: 60_000 }] });
    const made = await ticket();
    await writeWith(slow, retitled(made));
    const second = { kind: 'update', ticket: made, expect: {}, set: { title: 'More' } } as const;
    expect(await failing(writeWith(slow, second))).toMatchObject({ kind: 'unavailable' });
    expect(made.is.title).toBe('New');
    await slow.close();
  });
});

describe('a read', () => {
  test('is tried again where GitHub was only busy', async () => {
    const made = await ticket();
    let times = 0;
    started.fake.fault = ({ url }) =>
      url.endsWith(`/issues/${made.is.number}`) && ++times < 3 ? { status: 502 } : undefined;
    expect(await backend.reader.ticketById(made.id)).toMatchObject({ id: made.id });
    expect(times).toBe(3);
  });

  test('says that GitHub does not answer, and not what it said', async () => {
    const made = await ticket();
    started.fake.fault = ({ url }) =>
      url.includes('/issues/') ? { status: 500, body: { message: 'inner words' } } : undefined;
    const error = await failing(backend.reader.ticketById(made.id));
    expect(error).toMatchObject({ code: 'backend_unavailable', message: expect.not.stringContaining('inner words') });
  });

  test.each([
    ['another key', { appKey: { pem: new Secret(keyPair().privateKey) } }],
    ['another App', { appId: 8 }],
  ])('with %s says that the operator has to look', async (_, options) => {
    const wrong = await connect(started.fake, options);
    expect(await failing(wrong.reader.project('acme/web'))).toMatchObject({
      code: 'backend_unavailable',
      message: expect.stringContaining('does not take the key'),
    });
  });
});

test('no error and no report has a key or a token in it', () => {
  const all = inspect([problems, backend.problems], { depth: 20, showHidden: true, getters: true });
  for (const { authorization } of started.fake.requests) {
    expect(all).not.toContain(authorization.replace('bearer ', ''));
  }
  expect(all).not.toContain('ghs_');
  expect(all).not.toContain(keys.privateKey.slice(100, 140));
});
