import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editedDocument } from '#capabilities/ticket/document.ts';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { present } from '#test/contracts/common.ts';
import { paragraph } from '#test/fakes/jira/site.ts';
import { document, issueOf, type JiraPlace, openPlace, ticketIn, write } from './place.ts';

let jira: JiraPlace;
beforeAll(async () => {
  jira = await openPlace();
});
afterAll(async () => {
  await jira.close();
  expect(jira.fake.violations).toEqual([]);
});

const query = (given: Partial<TicketQuery>): TicketQuery => ({
  ...{ projects: ['WEB'], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [] },
  ...{ withoutLabels: [], assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
  ...given,
});
const found = async (given: Partial<TicketQuery>): Promise<readonly string[]> =>
  (await jira.reader.search(query(given), { limit: 100 })).items.map(({ id }) => id);

describe('a ticket', () => {
  test('that moved is found by its old key, in its new project', async () => {
    const { key, id } = await ticketIn(jira, jira.web);
    jira.fake.site.move(issueOf(jira, { id }), jira.ops);
    const now = present(await jira.reader.ticket(key));
    expect(now).toMatchObject({ id, project: { key: 'OPS', id: jira.ops.id } });
    expect(now.key).toMatch(/^OPS-/);
  });

  test('gets any label but one with a blank in it', async () => {
    const names = ['nobody made this', 'new', 'of\u00a0one'];
    const web = present(await jira.reader.project('WEB'));
    expect(await jira.reader.unknownLabels(web, names)).toEqual(['nobody made this', 'of\u00a0one']);
  });

  test('with a text that cannot be read is shown with all else, and such a text is not edited', async () => {
    let inner: object = { type: 'paragraph' };
    for (let level = 0; level < 250; level += 1) inner = { type: 'blockquote', content: [inner] };
    const { id } = await ticketIn(jira, jira.web);
    const issue = issueOf(jira, { id });
    jira.fake.site.say(issue, { version: 1, type: 'doc', content: [inner] }, jira.mallory.accountId);
    jira.fake.site.say(issue, paragraph('Readable'), jira.alice.accountId);
    const ticket = present(await jira.reader.ticketById(id));
    const { items } = await jira.reader.comments(ticket, { limit: 10 });
    const texts = items.map(({ body }) => body);
    expect(texts.map(({ text }) => text)).toEqual([
      'Readable',
      expect.stringMatching(/^⟦a document that cannot be read here, [0-9a-f]{16}⟧$/),
    ]);
    expect(() => editedDocument(present(texts[1]), 'Other')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test.each(['web-1', 'WEB-0', 'WEB-1/../../myself', '', 'WEB-1?x=1'])(
    'is not asked for by %j, which is no key',
    async (key) => {
      const before = jira.fake.sent.length;
      expect(await jira.reader.ticket(key)).toBeNull();
      expect(await jira.reader.ticketById(`x${key}`)).toBeNull();
      expect(jira.fake.sent).toHaveLength(before);
    },
  );

  test('names links and a parent by the projects that they are in now, and leaves out what cannot be seen', async () => {
    const { fake, alice, web, ops } = jira;
    const secret = fake.site.project('SEC');
    secret.permissions.set(alice.accountId, new Set(['BROWSE_PROJECTS']));
    const [type = ''] = web.types;
    const hidden = fake.site.create(secret, type, { summary: 'Hidden' }, alice.accountId);
    const moved = fake.site.create(web, type, { summary: 'Moved' }, alice.accountId);
    fake.site.move(moved, ops);
    const { id } = await ticketIn(jira, web, { parent: moved.id });
    for (const to of [hidden.id, moved.id]) {
      const link = { id: fake.site.id(), typeId: '10000', from: id, to };
      fake.site.links.set(link.id, link);
    }
    const now = present(await jira.reader.ticketById(id));
    expect(now.parent?.project.key).toBe('OPS');
    expect(now.links.map(({ other, end }) => [other.key, end])).toEqual([[moved.key, 'outward']]);
    expect(JSON.stringify(now)).not.toMatch(/Hidden|SEC/);
  });

  test('shows fields that were made up as text, whatever their kind, and empty ones that can be written', async () => {
    const { site } = jira.fake;
    const points = site.field('Points', { custom: 'float', type: 'number' });
    const area = site.field('Area', { custom: 'select', type: 'option', options: ['Front', 'Back'] });
    const notes = site.field('Notes', { custom: 'textarea', type: 'string' });
    const teams = site.field('Teams', { custom: 'multiselect', type: 'array' });
    const ticket = await ticketIn(jira, jira.web, {
      [points.id]: 3,
      [notes.id]: paragraph('Careful'),
      [teams.id]: [{ value: 'A' }, { value: 'B' }],
    });
    const of = (id: string) => ticket.custom.find((each) => each.id === id);
    expect(of(points.id)).toEqual({ id: points.id, name: 'Points', kind: 'number', value: '3' });
    expect(of(area.id)).toMatchObject({ kind: 'option', value: null });
    expect(of(notes.id)?.kind).toBe('other');
    expect(of(notes.id)?.value?.trim()).toBe('Careful');
    expect(of(teams.id)).toMatchObject({ kind: 'other', value: 'A, B' });
    const project = present(await (await jira.open()).reader.project('WEB'));
    expect(project.types[0]?.custom.find(({ id }) => id === area.id)).toMatchObject({ options: ['Front', 'Back'] });
  });
});

describe('a project', () => {
  test('that is archived says so, and can be read', async () => {
    const old = jira.fake.site.project('OLD');
    old.permissions.set(jira.bot.accountId, new Set(['BROWSE_PROJECTS', 'CREATE_ISSUES']));
    old.archived = true;
    expect(await jira.reader.project('OLD')).toMatchObject({
      archived: true,
      types: [{ name: 'Task' }, { name: 'Bug' }],
    });
  });

  test('that is not there, or cannot be seen, is null', async () => {
    jira.fake.site.project('SECRET');
    expect(await Promise.all(['SECRET', 'NONE', 'web'].map((key) => jira.reader.project(key)))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('of a service desk has customers, who see what is not for the team alone', async () => {
    const { fake, help, alice } = jira;
    const ticket = await ticketIn(jira, help);
    expect(ticket.project.customers).toBe(true);
    const issue = issueOf(jira, ticket);
    fake.site.say(issue, paragraph('To all'), alice.accountId);
    fake.site.say(issue, paragraph('To us'), alice.accountId).properties.set('sd.public.comment', { internal: true });
    fake.site.say(issue, paragraph('To a role'), alice.accountId, { visibility: { type: 'role', value: 'Team' } });
    const { items } = await jira.reader.comments(ticket, { limit: 5 });
    expect(items.map(({ visibleTo }) => visibleTo)).toEqual(['team', 'team', 'customers']);
  });
});

describe('a workflow', () => {
  test('says which fields a transition wants', async () => {
    const ticket = await ticketIn(jira, jira.web);
    issueOf(jira, ticket).statusId = '10202';
    const close = (await jira.reader.transitions(ticket)).find(({ name }) => name === 'Close');
    expect(close).toMatchObject({ to: { name: 'Done', category: 'done' }, requires: ['Resolution'] });
  });

  test('tells of a way back what Jira shows of it', async () => {
    const ticket = await ticketIn(jira, jira.web);
    const status = (id: string) => ({ id, name: '', category: 'todo' }) as const;
    const way = (from: string, to: string) => jira.reader.wayBack(ticket, status(from), status(to));
    expect(await way('10200', '10201')).toBe('unknown');
    issueOf(jira, ticket).statusId = '10204';
    // From everywhere a transition leads to Parked.
    expect(await way('10204', '10200')).toBe('yes');
    issueOf(jira, ticket).statusId = '10203';
    expect(await way('10202', '10203')).toBe('no');
    issueOf(jira, ticket).statusId = '10201';
    expect(await way('10200', '10201')).toBe('yes');
  });
});

test('a history is told from its newest end on, page by page, also what became empty', async () => {
  const ticket = await ticketIn(jira, jira.web);
  const issue = issueOf(jira, ticket);
  for (const title of ['B', 'C', 'D']) jira.fake.site.edit(issue, { summary: title }, jira.alice.accountId);
  jira.fake.site.edit(issue, { duedate: null }, jira.alice.accountId);
  const first = await jira.reader.history(ticket, { limit: 2 });
  expect(first.items.map(({ changes }) => changes[0]?.after)).toEqual(['D', 'C']);
  const second = await jira.reader.history(ticket, { limit: 2, cursor: first.cursor ?? '' });
  expect(second.items.map(({ changes }) => changes[0])).toEqual([{ field: 'summary', before: 'A ticket', after: 'B' }]);
  expect(second.cursor).toBeNull();
});

describe('a search', () => {
  test('counts days in UTC, wherever the account lives', async () => {
    const early = await ticketIn(jira, jira.web);
    const issue = issueOf(jira, early);
    issue.updated = Date.parse('2026-11-10T23:30:00Z');
    const on = (day: string) => found({ updated: { from: day, to: day } });
    expect(await on('2026-11-10')).toContain(early.id);
    expect(await on('2026-11-11')).not.toContain(early.id);
    expect(await on('2026-11-09')).not.toContain(early.id);
  });

  test.each<[what: string, query: Partial<TicketQuery>]>([
    ['project', { projects: ['NONE'] }],
    ['type', { types: ['Epic'] }],
    ['status', { statuses: ['Nowhere'] }],
    ['priority', { priorities: ['Urgent'] }],
    ['person', { assignee: 'Nobody At All' }],
    ['status of that meaning', { statuses: ['Done'], categories: ['todo'] }],
  ])('for a %s that is not there finds nothing', async (_, given) => {
    await ticketIn(jira, jira.web);
    expect(await found(given)).toEqual([]);
  });

  test('finds by a person, by name, by address and by id, and by nobody', async () => {
    const { alice, web } = jira;
    const theirs = await ticketIn(jira, web, { assignee: alice.accountId });
    const nobodys = await ticketIn(jira, web);
    for (const assignee of ['Alice Ito', 'alice@acme.example', alice.accountId]) {
      expect(await found({ assignee })).toEqual([theirs.id]);
    }
    expect(await found({ assignee: 'none' })).toContain(nobodys.id);
    expect(await found({ reporter: 'me' })).toEqual([]);
  });

  test('takes a page token of Jira as its cursor, and says when it is none', async () => {
    for (let index = 0; index < 3; index += 1) await ticketIn(jira, jira.web, { labels: ['paged'] });
    const page = await jira.reader.search(query({ labels: ['paged'] }), { limit: 2 });
    const rest = await jira.reader.search(query({ labels: ['paged'] }), { limit: 2, cursor: present(page.cursor) });
    expect([page.items.length, rest.items.length, rest.cursor]).toEqual([2, 1, null]);
    const wrong = jira.reader.search(query({}), { limit: 2, cursor: 'no-cursor' });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_arguments' });
  });
});

describe('a read', () => {
  test.each([502, 503])('is tried again after %d', async (status) => {
    jira.fake.mishaps.push({ on: 'read', act: { status } });
    expect(await jira.reader.linkTypes()).toHaveLength(2);
  });

  test('waits for a limit that ends at once, and says when one ends that does not', async () => {
    jira.fake.mishaps.push({ on: 'read', act: { status: 429, headers: { 'retry-after': '0' } } });
    expect(await jira.reader.linkTypes()).toHaveLength(2);
    const { reader } = await jira.open();
    await reader.linkTypes();
    jira.fake.mishaps.push({ on: 'read', act: { status: 429, headers: { 'retry-after': '600' } } });
    const limited = { code: 'backend_unavailable', message: expect.stringMatching(/no more requests until 20/) };
    await expect(reader.linkTypes()).rejects.toMatchObject(limited);
    const before = jira.fake.sent.length;
    await expect(reader.linkTypes()).rejects.toMatchObject(limited);
    expect(jira.fake.sent).toHaveLength(before);
  });

  test('that is not answered ends after its time', async () => {
    const { reader } = await jira.open({ readTimeoutMs: 300 });
    jira.fake.mishaps.push(...[1, 2, 3].map(() => ({ on: 'read', act: 'hang' }) as const));
    await expect(reader.linkTypes()).rejects.toMatchObject({ code: 'backend_unavailable' });
    jira.fake.mishaps.length = 0;
  });

  test('whose answer cannot be read is an outage', async () => {
    jira.fake.mishaps.push({ on: 'read', act: 'garbage' });
    await expect(jira.reader.linkTypes()).rejects.toMatchObject({ code: 'backend_unavailable' });
  });

  test('of somebody to assign to takes exactly one', async () => {
    const { fake, web, alice } = jira;
    const project = present(await jira.reader.project('WEB'));
    const twin = fake.site.user('Alice Ito', { emailAddress: 'other@acme.example' });
    web.permissions.set(twin.accountId, new Set(['BROWSE_PROJECTS', 'ASSIGNABLE_USER']));
    const ask = (who: string) => jira.reader.assignable(project, who);
    expect(await ask('Alice Ito')).toBeNull();
    expect(await ask('alice@acme.example')).toMatchObject({ id: alice.accountId });
    expect(await ask(twin.accountId)).toMatchObject({ name: 'Alice Ito' });
    expect(await ask('Ali')).toBeNull();
  });
});

test('a text of a megabyte, in any script, is refused by Jira and read back as it was where it fits', async () => {
  const ticket = await ticketIn(jira, jira.web);
  const set = { description: document('שלום 👩‍💻 「こんにちは」 \u202Eabc') };
  await write(jira.backend, { kind: 'update', ticket, expect: { description: null }, set });
  expect((await jira.reader.ticketById(ticket.id))?.description?.text).toContain('👩‍💻 「こんにちは」');
  const large = { kind: 'update', ticket, expect: {}, set: { description: document('x'.repeat(1_000_000)) } } as const;
  await expect(write(jira.backend, large)).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
});
