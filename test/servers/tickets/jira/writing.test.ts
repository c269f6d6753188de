import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomValue } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { newChangeId } from '#shared/changes/ids.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { refOf } from '#test/contracts/tickets/bench.ts';
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

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };
const unavailable = { name: 'NotDone', kind: 'unavailable' };
/** Of a change that was made before anything was in this Jira, whose clock is its own. */
const earlyMark = () => ({ ...newMark(), changeId: newChangeId(new Date('2026-11-20T08:00:00Z')) });
const writes = () =>
  jira.fake.sent.filter(({ method, path }) => method !== 'GET' && !/search|bulkfetch|list$/.test(path));
const of = (wanted: TicketWrite) => write(jira.backend, wanted);
const newTicket = async (fields: { title: string; custom?: CustomValue[] }, at = jira.web): Promise<TicketWrite> => {
  const project = present(await jira.reader.project(at.key));
  return { kind: 'create', project: refOf(project), type: present(project.types[0]), fields };
};

describe('an update', () => {
  test('leaves labels alone that somebody else put on since', async () => {
    const ticket = await ticketIn(jira, jira.web, { labels: ['one', 'two'] });
    const issue = issueOf(jira, ticket);
    const adding = () => jira.fake.site.edit(issue, { labels: ['one', 'two', 'theirs'] }, jira.alice.accountId);
    jira.fake.mishaps.push({ on: 'write', act: { first: adding } });
    const written = await of({
      kind: 'update',
      ticket,
      expect: { labels: ['one', 'two'] },
      set: { labels: ['three', 'two'] },
    });
    expect(issue.fields['labels']).toEqual(['two', 'theirs', 'three']);
    expect(written.differs).toEqual(['labels']);
  });

  test('names a field that is not as written when it is read back', async () => {
    const ticket = await ticketIn(jira, jira.web);
    const issue = issueOf(jira, ticket);
    const meddling = {
      on: 'read',
      act: { first: () => jira.fake.site.edit(issue, { summary: 'Theirs' }, jira.alice.accountId) },
    } as const;
    jira.fake.mishaps.push({ on: 'write', act: { first: () => jira.fake.mishaps.push(meddling) } });
    expect(await of({ kind: 'update', ticket, expect: {}, set: { title: 'Ours' } })).toMatchObject({
      differs: ['title'],
    });
  });

  test('writes fields that were made up, and empties them', async () => {
    const { site } = jira.fake;
    const fields = [
      { ...site.field('Size', { custom: 'float', type: 'number' }), kind: 'number', value: '2.5' },
      { ...site.field('Code', { custom: 'textfield', type: 'string' }), kind: 'text', value: 'a "b"' },
      { ...site.field('Day', { custom: 'datepicker', type: 'date' }), kind: 'date', value: '2026-12-24' },
      { ...site.field('Lane', { custom: 'select', type: 'option', options: ['Fast'] }), kind: 'option', value: 'Fast' },
    ] as const;
    const custom = fields.map(({ id, name, kind, value }): CustomValue => ({ id, name, kind, value }));
    const empty = custom.map((one) => ({ ...one, value: null }));
    const ticket = await ticketIn(jira, jira.web);
    expect((await of({ kind: 'update', ticket, expect: { custom: empty }, set: { custom } })).differs).toEqual([]);
    const now = present(await jira.reader.ticketById(ticket.id));
    expect(now.custom.filter(({ name }) => custom.some((one) => one.name === name))).toEqual(
      expect.arrayContaining(custom),
    );
    await of({ kind: 'update', ticket, expect: { custom }, set: { custom: empty } });
    await expect(of({ kind: 'update', ticket, expect: { custom }, set: { custom: empty } })).rejects.toMatchObject(
      stale,
    );
  });

  test.each<[what: string, value: CustomValue]>([
    ['a kind that cannot be written', { id: 'customfield_10999', name: 'X', kind: 'other', value: 'x' }],
    ['a number that is none', { id: 'customfield_10999', name: 'X', kind: 'number', value: 'many' }],
    ['a field of Jira itself', { id: 'reporter', name: 'X', kind: 'text', value: 'x' }],
  ])('of %s is refused before anything is asked', async (_, value) => {
    const ticket = await ticketIn(jira, jira.web);
    const before = jira.fake.sent.length;
    await expect(of({ kind: 'update', ticket, expect: {}, set: { custom: [value] } })).rejects.toMatchObject(refused);
    expect(jira.fake.sent).toHaveLength(before);
  });

  test('of a ticket that was moved, or that a permit is not for, is not sent', async () => {
    const ticket = await ticketIn(jira, jira.web);
    const update = { kind: 'update', ticket, expect: {}, set: { title: 'Ours' } } as const;
    const other = await ticketIn(jira, jira.web);
    const target = { projectId: jira.web.id, project: 'WEB', ticketId: other.id };
    const before = writes().length;
    await expect(write(jira.backend, update, { target })).rejects.toMatchObject(refused);
    jira.fake.site.move(issueOf(jira, ticket), jira.ops);
    await expect(of(update)).rejects.toMatchObject(stale);
    expect(writes()).toHaveLength(before);
  });

  test('of a text that Jira takes for no document is refused, and nothing is written', async () => {
    const ticket = await ticketIn(jira, jira.web);
    const native = JSON.stringify({ version: 1, type: 'doc', content: [{ type: 'text', text: 'bare' }] });
    const set = { description: { format: 'adf', text: 'bare', native } } as const;
    await expect(of({ kind: 'update', ticket, expect: {}, set })).rejects.toMatchObject(refused);
  });
});

describe('a new ticket', () => {
  test('carries the mark of its change, and nothing that silences who is told', async () => {
    const mark = newMark();
    const { id } = await write(jira.backend, await newTicket({ title: 'Marked' }), { mark });
    expect(issueOf(jira, { id }).properties.get('countersign')).toEqual({ change: mark.changeId, token: mark.token });
    expect(jira.fake.sent.some(({ path }) => path.includes('notifyUsers'))).toBe(false);
  });

  test('without a field that its type must have is refused; with it, it is made', async () => {
    const { site } = jira.fake;
    const field = site.field('Impact', {
      custom: 'select',
      type: 'option',
      options: ['High'],
      requiredBy: ['Incident'],
    });
    const without = await newTicket({ title: 'Down' }, jira.help);
    await expect(of(without)).rejects.toMatchObject(refused);
    const known = present(await (await jira.open()).reader.project('HELP')).types[0];
    expect(known?.custom.find(({ id }) => id === field.id)).toMatchObject({ required: true, options: ['High'] });
    const custom: CustomValue[] = [{ id: field.id, name: 'Impact', kind: 'option', value: 'High' }];
    expect(await of(await newTicket({ title: 'Down', custom }, jira.help))).toMatchObject({ differs: [] });
  });

  test('in a project that was archived since is not made', async () => {
    const old = jira.fake.site.project('OLD');
    old.permissions.set(jira.bot.accountId, new Set(['BROWSE_PROJECTS', 'CREATE_ISSUES']));
    const wanted = await newTicket({ title: 'Late' }, old);
    old.archived = true;
    await expect(of(wanted)).rejects.toMatchObject(stale);
  });

  test('whose answer was lost is found once the index has it, and only as it was meant', async () => {
    const { fake, reader, alice } = jira;
    const [wanted, mark] = [await newTicket({ title: 'Lost' }), newMark()];
    fake.site.holdIndex();
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(write(jira.backend, wanted, { mark })).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(await reader.landed(wanted, mark)).toBe('not_found');
    fake.site.indexHeld = false;
    expect(await reader.landed(wanted, mark)).toMatchObject({
      landed: { key: expect.stringMatching(/^WEB-/), differs: [] },
    });
    const made = present([...fake.site.issues.values()].find(({ fields }) => fields['summary'] === 'Lost'));
    fake.site.edit(made, { summary: 'Taken' }, alice.accountId);
    expect(await reader.landed(wanted, mark)).toBe('unclear');
  });
});

test('a credential that is not taken, or a Jira that refuses what is read before, ends nothing that was approved', async () => {
  const ticket = await ticketIn(jira, jira.web);
  const update = { kind: 'update', ticket, expect: {}, set: { title: 'Ours' } } as const;
  const before = writes().length;
  for (const status of [403, 500]) {
    jira.fake.mishaps.push({ on: 'read', act: { status } });
    await expect(of(update)).rejects.toMatchObject(unavailable);
  }
  expect(writes()).toHaveLength(before);
});

describe('a transition', () => {
  const move = async () => {
    const ticket = await ticketIn(jira, jira.web);
    const transition = present((await jira.reader.transitions(ticket)).find(({ name }) => name === 'Start'));
    return { kind: 'transition', ticket, from: ticket.status, transition } as const;
  };

  test('that the workflow does not have any more is stale', async () => {
    const wanted = await move();
    const { site } = jira.fake;
    const all = site.transitions;
    site.transitions = all.map((one) => (one.id === '11' ? { ...one, to: '10203' } : one));
    await expect(of(wanted)).rejects.toMatchObject(stale);
    site.transitions = all.filter(({ id }) => id !== '11');
    await expect(of(wanted)).rejects.toMatchObject(stale);
    site.transitions = all;
  });

  test('whose answer was lost is told by the record of what our account did', async () => {
    const wanted = await move();
    const { fake, reader, alice } = jira;
    expect(await reader.landed(wanted, newMark())).toBe('not_found');
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(of(wanted)).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(await reader.landed(wanted, newMark())).toMatchObject({ landed: { id: wanted.ticket.id } });
    const theirs = await move();
    fake.site.transition(issueOf(jira, theirs.ticket), '10201', alice.accountId);
    expect(await reader.landed(theirs, newMark())).toBe('unclear');
  });

  test('that somebody took back after its answer was lost is for a person to settle', async () => {
    const [wanted, mark] = [await move(), earlyMark()];
    const { fake, reader, alice } = jira;
    fake.mishaps.push({ on: 'write', act: 'lose_answer' });
    await expect(write(jira.backend, wanted, { mark })).rejects.not.toMatchObject({ name: 'NotDone' });
    fake.site.transition(issueOf(jira, wanted.ticket), wanted.from.id, alice.accountId);
    expect(await reader.landed(wanted, mark)).toBe('unclear');
    expect(await reader.landed(wanted, newMark())).toBe('not_found');
  });
});

test('a comment with our mark that somebody else wrote is not taken for ours', async () => {
  const { fake, reader, alice } = jira;
  const [ticket, mark] = [await ticketIn(jira, jira.web), newMark()];
  const wanted = { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' } as const;
  const { id } = await write(jira.backend, wanted, { mark });
  expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id } });
  const said = present(fake.site.issues.get(ticket.id)).comments.find((one) => one.id === id);
  Object.assign(present(said), { author: alice.accountId });
  expect(await reader.landed(wanted, mark)).toBe('not_found');
});

test('what is not there any more is not taken for archived', async () => {
  const ticket = await ticketIn(jira, jira.web);
  jira.fake.site.issues.delete(ticket.id);
  expect(await jira.reader.landed({ kind: 'archive', ticket }, newMark())).toBe('unclear');
});

describe('a comment', () => {
  test('to the team of a service desk is internal, and stays so when it is edited', async () => {
    const ticket = await ticketIn(jira, jira.help);
    const { id, url } = await of({ kind: 'comment', ticket, body: document('Between us'), visibleTo: 'team' });
    const kept = present(issueOf(jira, ticket).comments.find((one) => one.id === id));
    expect(kept.properties.get('sd.public.comment')).toEqual({ internal: true });
    const comment = { id, url: url ?? '', visibleTo: 'team' } as const;
    const wanted = {
      kind: 'edit_comment',
      ticket,
      comment,
      expect: document('Between us'),
      body: document('Still'),
    } as const;
    await of(wanted);
    expect((await jira.reader.comment(ticket, id))?.visibleTo).toBe('team');
    expect(kept.properties.has('countersign')).toBe(true);
    expect(await jira.reader.landed(wanted, newMark())).toMatchObject({ landed: { id } });
    kept.properties.delete('sd.public.comment');
    const again = { ...wanted, expect: document('Still'), body: document('Oops') };
    await expect(of(again)).rejects.toMatchObject(stale);
  });

  test('to customers is sent as it is, and where there are none it is refused', async () => {
    const ticket = await ticketIn(jira, jira.help);
    const { id } = await of({ kind: 'comment', ticket, body: document('Hello'), visibleTo: 'customers' });
    expect((await jira.reader.comment(ticket, id))?.visibleTo).toBe('customers');
    const elsewhere = await ticketIn(jira, jira.web);
    const wanted = { kind: 'comment', ticket: elsewhere, body: document('Hello'), visibleTo: 'customers' } as const;
    await expect(of(wanted)).rejects.toMatchObject(refused);
  });

  test('with our words but without our mark is not taken for ours', async () => {
    const ticket = await ticketIn(jira, jira.web);
    jira.fake.site.say(issueOf(jira, ticket), paragraph('Hello'), jira.bot.accountId);
    const wanted = { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' } as const;
    expect(await jira.reader.landed(wanted, newMark())).toBe('not_found');
  });

  test('of somebody else is not edited where Jira does not let us', async () => {
    const ticket = await ticketIn(jira, jira.web);
    const { id } = jira.fake.site.say(issueOf(jira, ticket), paragraph('Theirs'), jira.alice.accountId);
    const comment = { id, url: ticket.url, visibleTo: 'team' } as const;
    const wanted = {
      kind: 'edit_comment',
      ticket,
      comment,
      expect: document('Theirs'),
      body: document('Ours'),
    } as const;
    await expect(of(wanted)).rejects.toMatchObject(refused);
  });
});

test('a link is made from the one that blocks, as Jira means its two ends', async () => {
  const [outward, inward] = [await ticketIn(jira, jira.web), await ticketIn(jira, jira.web)];
  const type = present((await jira.reader.linkTypes()).find((one) => one.outward === 'blocks'));
  const { id } = await of({ kind: 'link', type, outward, inward });
  expect(jira.fake.site.links.get(id)).toMatchObject({ from: outward.id, to: inward.id });
  await expect(of({ kind: 'link', type, outward, inward })).rejects.toMatchObject(stale);
  expect(await jira.reader.landed({ kind: 'link', type, outward, inward }, earlyMark())).toMatchObject({
    landed: { id },
  });
  jira.fake.site.links.delete(id);
  expect(await jira.reader.landed({ kind: 'link', type, outward, inward }, earlyMark())).toBe('unclear');
  expect(await jira.reader.landed({ kind: 'link', type, outward, inward }, newMark())).toBe('not_found');
});

test('a link to a ticket that was moved since is stale', async () => {
  const [outward, inward] = [await ticketIn(jira, jira.web), await ticketIn(jira, jira.web)];
  const type = present((await jira.reader.linkTypes()).find((one) => one.outward === 'blocks'));
  jira.fake.site.move(issueOf(jira, inward), jira.ops);
  await expect(of({ kind: 'link', type, outward, inward })).rejects.toMatchObject(stale);
});

describe('an answer to a write', () => {
  const comment = async (): Promise<TicketWrite> => {
    const ticket = await ticketIn(jira, jira.web);
    return { kind: 'comment', ticket, body: document('Hello'), visibleTo: 'team' };
  };

  test.each([
    [403, refused],
    [404, refused],
    [409, unavailable],
    [413, refused],
  ])('of %d proves that nothing was done', async (status, proof) => {
    const wanted = await comment();
    jira.fake.mishaps.push({ on: 'write', act: { status } });
    await expect(of(wanted)).rejects.toMatchObject(proof);
  });

  test.each([500, 502, 503, 504, 408])('of %d proves nothing, and the write is sent once', async (status) => {
    const wanted = await comment();
    const before = writes().length;
    jira.fake.mishaps.push({ on: 'write', act: { status } });
    await expect(of(wanted)).rejects.not.toMatchObject({ name: 'NotDone' });
    expect(writes()).toHaveLength(before + 1);
  });

  test('of a limit says when writes are taken again, and holds those to the same issue back', async () => {
    const backend = await jira.open();
    const wanted = await comment();
    const headers = { 'retry-after': '120', 'ratelimit-reason': 'jira-per-issue-on-write' };
    jira.fake.mishaps.push({ on: 'write', act: { status: 429, headers } });
    const held = { ...unavailable, message: expect.stringMatching(/until 20.*Nothing was done/) };
    await expect(write(backend, wanted)).rejects.toMatchObject(held);
    const before = jira.fake.sent.length;
    await expect(write(backend, wanted)).rejects.toMatchObject(held);
    expect(jira.fake.sent).toHaveLength(before);
    await write(backend, await comment());
  });

  test('that cannot be read leaves it in doubt', async () => {
    const wanted = await comment();
    jira.fake.mishaps.push({ on: 'write', act: 'garbage' });
    await expect(of(wanted)).rejects.not.toMatchObject({ name: 'NotDone' });
  });
});

test('a writer writes under the mark of its own change, and ends with it', async () => {
  const ticket = await ticketIn(jira, jira.web);
  const mark = newMark();
  const { changeId } = mark;
  const { mintPermit } = await import('#shared/changes/mint-permit.ts');
  const target = { projectId: ticket.project.id, project: 'WEB', ticketId: ticket.id };
  const permit = mintPermit({ changeId, tool: 'add_comment', step: 'comment', target });
  const writer = await jira.backend.door.open(permit);
  const wanted = { kind: 'comment', ticket, body: document('Late'), visibleTo: 'team' } as const;
  const other = { ...mark, changeId: newChangeId(new Date(0)) };
  await expect(writer.write(wanted, other)).rejects.toMatchObject(refused);
  await jira.backend.door.done(changeId);
  await expect(writer.write(wanted, mark)).rejects.toMatchObject(refused);
  await expect(jira.backend.door.open(permit)).rejects.toMatchObject({ code: 'not_permitted' });
});
