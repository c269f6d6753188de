import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { present } from '#test/contracts/common.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import { limited } from '#test/fakes/linear/server.ts';
import { issueOf, type LinearPlace, markdown, newTicket, openPlace, write } from './place.ts';

const everything: TicketQuery = {
  ...{ projects: ['WEB'], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [] },
  ...{ withoutLabels: [], assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};

describeLinear('reading Linear', () => {
  let place: LinearPlace;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place.close());
  const found = async (query: Partial<TicketQuery>) => {
    const { items } = await place.backend.reader.search({ ...everything, ...query }, { limit: 50 });
    return items.map(({ key }) => key);
  };

  test('a team is a project, with its states by what they mean, and one type', async () => {
    const web = present(await place.backend.reader.project('WEB'));
    expect(web).toMatchObject({
      key: 'WEB',
      audience: 'internal',
      customers: false,
      archived: false,
      types: [{ name: 'Issue' }],
    });
    expect(web.url).toBe(`${place.fake.origin}/acme/team/WEB/all`);
    expect(Object.fromEntries(web.statuses.map(({ name, category }) => [name, category]))).toEqual({
      ...{ Triage: 'todo', Backlog: 'todo', Todo: 'todo', 'In Progress': 'in_progress', 'In Review': 'in_progress' },
      ...{ Done: 'done', Canceled: 'done', Duplicate: 'done' },
    });
  });

  test('a label is there in its spelling, where the team or the workspace has one of it', async () => {
    const web = present(await place.backend.reader.project('WEB'));
    const ops = present(await place.backend.reader.project('OPS'));
    const names = ['bug', 'agent', 'Bug', 'nobody made this'];
    expect(await place.backend.reader.unknownLabels(web, names)).toEqual(['Bug', 'nobody made this']);
    expect(await place.backend.reader.unknownLabels(ops, names)).toEqual(['agent', 'Bug', 'nobody made this']);
  });

  test('a team that is not there and a private one that the account is not in are the same: nothing', async () => {
    const { fake, alice, backend } = place;
    const hidden = fake.workspace.team('HID', { visibility: 'private' });
    const kept = await newTicket(place);
    const issue = issueOf(place, kept);
    fake.workspace.move(issue, hidden, alice.id);
    expect(await backend.reader.project('HID')).toBeNull();
    expect(await backend.reader.project('NONE')).toBeNull();
    for (const key of [kept.key, 'HID-1', 'WEB-99999']) expect(await backend.reader.ticket(key)).toBeNull();
    expect(await backend.reader.ticketById(kept.id)).toBeNull();
    expect(await found({ projects: ['HID'] })).toEqual([]);
    expect(await backend.reader.comments(kept, { limit: 5 })).toEqual({ items: [], cursor: null });
    expect(await backend.reader.history(kept, { limit: 5 })).toEqual({ items: [], cursor: null });
    expect(await backend.reader.transitions(kept)).toEqual([]);
    hidden.visibility = 'public';
    expect(await backend.reader.project('HID')).toMatchObject({ key: 'HID' });
  });

  test('the old key of a ticket that moved leads to it, in the project where it is now', async () => {
    const ticket = await newTicket(place);
    place.fake.workspace.move(issueOf(place, ticket), place.ops, place.alice.id);
    const moved = present(await place.backend.reader.ticket(ticket.key));
    expect(moved).toMatchObject({ id: ticket.id, key: expect.stringMatching(/^OPS-/), project: { key: 'OPS' } });
  });

  test('an archived ticket is read and not found; one in the trash is not there', async () => {
    const ticket = await newTicket(place, { title: 'to be archived' });
    await write(place, { kind: 'archive', ticket });
    expect(await place.backend.reader.ticket(ticket.key)).toMatchObject({ archived: true });
    expect(await found({ text: ['to be archived'] })).toEqual([]);
    issueOf(place, ticket).trashed = true;
    expect(await place.backend.reader.ticket(ticket.key)).toBeNull();
  });

  test('a search goes by every part of a query', async () => {
    const { fake, alice, backend } = place;
    const [urgent] = present(await backend.reader.project('WEB')).priorities;
    const person = present(await backend.reader.assignable(present(await backend.reader.project('WEB')), alice.email));
    const ticket = await newTicket(place, {
      ...{ title: 'The Checkout fails', description: markdown('on Tuesdays'), labels: ['bug'] },
      ...{ priority: present(urgent), assignees: [person] },
    });
    fake.workspace.say(ticket.id, 'Seen in the log', { userId: alice.id });
    const other = await newTicket(place, { title: 'Another checkout' });
    const [today] = new Date().toISOString().split('T');
    const day = present(today);
    for (const fitting of [
      { text: ['checkout', 'tuesdays', 'the LOG'] },
      { text: ['checkout'], labels: ['BUG'] },
      {
        text: ['checkout'],
        priorities: ['urgent'],
        types: ['issue'],
        statuses: ['backlog'],
        categories: ['todo'] as const,
      },
      { text: ['checkout'], assignee: alice.email, reporter: 'me' },
      { text: ['checkout'], assignee: alice.id, created: { from: day, to: day }, updated: { from: day, to: day } },
    ]) {
      expect(await found(fitting)).toEqual([ticket.key]);
    }
    expect(await found({ text: ['checkout'], withoutLabels: ['bug'] })).toEqual([other.key]);
    expect(await found({ text: ['checkout'], assignee: 'none' })).toEqual([other.key]);
    for (const none of [
      { types: ['Epic'] },
      { priorities: ['P0'] },
      { statuses: ['Nowhere'] },
      { assignee: 'me' },
      { reporter: 'nobody' },
    ]) {
      expect(await found({ text: ['checkout'], ...none })).toEqual([]);
    }
    expect(await found({ text: ['checkout'], created: { from: null, to: '2020-01-01' } })).toEqual([]);
    expect(await found({ text: ['checkout'], sort: 'created' })).toEqual([other.key, ticket.key]);
  });

  test('what is searched for is data, whatever it looks like, and never part of the request', async () => {
    const nasty = '"}}) { viewer { id } } # \\ $filter {{x}}';
    const ticket = await newTicket(place, { title: `Strange: ${nasty}` });
    const before = place.fake.sent.length;
    expect(await found({ text: [nasty] })).toEqual([ticket.key]);
    expect(await found({ labels: [nasty], assignee: nasty, reporter: nasty })).toEqual([]);
    expect(await place.backend.reader.ticket(`WEB-1"){id}`)).toBeNull();
    expect(await place.backend.reader.comment(ticket, '../x')).toBeNull();
    const texts = place.fake.sent.slice(before).map(({ query }) => query);
    expect(new Set(texts).size).toBe(1);
    expect(texts.join()).not.toContain('Strange');
  });

  test('ten thousand comments are read page by page, newest first, each once', async () => {
    const ticket = await newTicket(place);
    for (let index = 1; index <= 10_000; index += 1) place.fake.workspace.say(ticket.id, `Comment ${index}`);
    const { reader } = place.backend;
    const first = await reader.comments(ticket, { limit: 100 });
    expect(first.items[0]?.body.text).toBe('Comment 10000');
    const second = await reader.comments(ticket, { limit: 100, cursor: present(first.cursor) });
    expect(second.items[0]?.body.text).toBe('Comment 9900');
    expect(second.cursor).not.toBeNull();
  });

  test('a cursor that is none of Linear is an error of the arguments', async () => {
    const ticket = await newTicket(place);
    const asking = place.backend.reader.comments(ticket, { limit: 5, cursor: 'mine' });
    await expect(asking).rejects.toMatchObject({ code: 'invalid_arguments' });
  });

  test('who wrote a comment is told by what they are there, and what others see outside Linear is marked', async () => {
    const { workspace } = place.fake;
    const ticket = await newTicket(place);
    const guest = workspace.user('Gina', { guest: true });
    const said = workspace.say(ticket.id, 'As a guest', { userId: guest.id });
    workspace.say(ticket.id, 'By mail', { externalUser: { id: 'x1', name: 'Carol' }, threadId: 'thread' });
    const { items } = await place.backend.reader.comments(ticket, { limit: 5 });
    expect(items.map(({ author, visibleTo }) => [author?.standing, visibleTo])).toEqual([
      ['customer', 'customers'],
      ['guest', 'team'],
    ]);
    expect(await place.backend.reader.comment(ticket, said.id)).toEqual(items[1]);
    const other = await newTicket(place);
    expect(await place.backend.reader.comment(other, said.id)).toBeNull();
  });

  test('the history names what was changed, and nothing of other projects', async () => {
    const { workspace } = place.fake;
    const [ticket, parent] = [await newTicket(place), await newTicket(place, {}, 'OPS')];
    const issue = issueOf(place, ticket);
    workspace.change(issue, { title: 'Theirs' }, place.alice.id, { fromTitle: issue.title, toTitle: 'Theirs' });
    workspace.change(issue, { parentId: parent.id }, place.alice.id, { fromParentId: null, toParentId: parent.id });
    workspace.tell(issue, place.alice.id, { relationChanges: [{ identifier: parent.key, type: 'b' }] });
    const { items } = await place.backend.reader.history(ticket, { limit: 10 });
    expect(items.map(({ by, changes }) => [by?.name, changes]).slice(0, 3)).toEqual([
      ['Alice Ito', [{ field: 'links', before: null, after: 'a ticket of another project' }]],
      ['Alice Ito', [{ field: 'parent', before: null, after: 'a ticket of another project' }]],
      ['Alice Ito', [{ field: 'title', before: 'A ticket', after: 'Theirs' }]],
    ]);
    expect(JSON.stringify(items)).not.toContain(parent.key);
  });

  test('each status can be reached from each, but for the one of duplicates; triage may want a priority', async () => {
    const { fake, web, backend } = place;
    const ticket = await newTicket(place);
    const names = (await backend.reader.transitions(ticket)).map(({ name }) => name);
    expect(names).toEqual(['Triage', 'Todo', 'In Progress', 'In Review', 'Done', 'Canceled']);
    issueOf(place, ticket).stateId = fake.workspace.stateOf(web, 'Triage').id;
    web.requirePriorityToLeaveTriage = true;
    expect((await backend.reader.transitions(ticket)).every(({ requires }) => requires[0] === 'priority')).toBe(true);
    web.requirePriorityToLeaveTriage = false;
    const [first, second] = present(await backend.reader.project('WEB')).statuses;
    expect(await backend.reader.wayBack(ticket, present(first), present(second))).toBe('yes');
    const gone = { id: crypto.randomUUID(), name: 'Gone', category: 'todo' } as const;
    expect(await backend.reader.wayBack(ticket, gone, present(second))).toBe('no');
  });

  test('somebody is found by id, name or address if they may be in the team, and nobody where two could be meant', async () => {
    const { fake, backend, bob } = place;
    const web = present(await backend.reader.project('WEB'));
    for (const who of [bob.id, 'bob weiss', 'bob.weiss', 'BOB.WEISS@acme.example']) {
      expect(await backend.reader.assignable(web, who)).toEqual({ id: bob.id, name: 'Bob Weiss', standing: 'member' });
    }
    fake.workspace.user('Eve Guest', { guest: true });
    fake.workspace.user('Old Hand', { active: false });
    fake.workspace.user('Other Bot', { app: true });
    for (const who of ['Eve Guest', 'Old Hand', 'Other Bot', 'Nobody'])
      expect(await backend.reader.assignable(web, who)).toBeNull();
    fake.workspace.user('Sam', { displayName: 'sam1', email: 'sam1@acme.example' });
    fake.workspace.user('Sam', { displayName: 'sam2', email: 'sam2@acme.example' });
    expect(await backend.reader.assignable(web, 'Sam')).toBeNull();
    expect(await backend.reader.assignable(web, 'sam2')).not.toBeNull();
  });

  test('a limit of Linear is told with its end, and nothing is sent until then; one of a field holds that field alone', async () => {
    const own = await openPlace();
    const { fake, backend } = own;
    const reset = String(Date.now() + 3_600_000);
    const field = {
      'x-ratelimit-endpoint-name': 'comment',
      'x-ratelimit-endpoint-requests-remaining': '0',
      'x-ratelimit-endpoint-requests-reset': reset,
    };
    const id = crypto.randomUUID();
    const ticket = await newTicket(own);
    fake.mishaps.push({ on: 'comment', act: limited(field) });
    await expect(backend.reader.comment(ticket, id)).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(await backend.reader.project('WEB')).not.toBeNull();
    fake.mishaps.push({
      on: 'any',
      act: limited({ 'x-ratelimit-requests-remaining': '0', 'x-ratelimit-requests-reset': reset }),
    });
    await expect(backend.reader.project('WEB')).rejects.toMatchObject({
      message: expect.stringMatching(/^Linear takes no more requests until 20/),
    });
    const before = fake.sent.length;
    await expect(write(own, { kind: 'archive', ticket })).rejects.toMatchObject({
      name: 'NotDone',
      kind: 'unavailable',
    });
    expect(fake.sent.length).toBe(before);
    await own.close();
  });

  test('a read is tried again where Linear was only busy, and ends in words of ours where it answers nothing of use', async () => {
    const ticket = await newTicket(place);
    place.fake.mishaps.push({ on: 'issue', act: { status: 503 } }, { on: 'issue', act: 'lose_request' });
    expect(await place.backend.reader.ticket(ticket.key)).toEqual(ticket);
    place.fake.mishaps.push({ on: 'issue', act: 'garbage' });
    const failing = place.backend.reader.ticket(ticket.key);
    await expect(failing).rejects.toMatchObject({
      code: 'backend_unavailable',
      message: 'Linear does not answer as it should.',
    });
  });
});
