import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ticket, TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import { everything, markdown, newTracker, seed } from './tracker.ts';

/** A ticket's state as its history tells it: each event must begin where the one before it ended. */
async function replayed(reader: TicketReader, ticket: Ticket): Promise<Record<string, string | null>> {
  const state = new Map<string, string | null>();
  const links = new Set<string>();
  const { items } = await reader.history(ticket, { limit: 1_000 });
  for (const { field, before, after } of items.toReversed().flatMap(({ changes }) => changes)) {
    if (field === 'link') {
      if (before !== null) expect(links.delete(before)).toBe(true);
      if (after !== null) links.add(after);
    } else {
      expect(before).toBe(state.get(field) ?? (field === 'archived' ? 'no' : null));
      state.set(field, after);
    }
  }
  return { ...Object.fromEntries(state), links: [...links].sort().join('; ') };
}

/** The same as it is read. */
async function present(reader: TicketReader, { id }: Ticket): Promise<Record<string, string | null>> {
  const ticket = await reader.ticketById(id);
  if (ticket === null) throw new Error('the ticket is gone');
  const { items } = await reader.comments(ticket, { limit: 1_000 });
  const names = (people: readonly { readonly name: string }[]) => people.map(({ name }) => name).join(', ') || null;
  return {
    ...{ title: ticket.title, description: ticket.description?.text || null, labels: ticket.labels.join(', ') || null },
    ...{ assignees: names(ticket.assignees), priority: ticket.priority?.name ?? null, due: ticket.due },
    ...{ parent: ticket.parent?.key ?? null, status: ticket.status.name, type: ticket.type.name },
    archived: ticket.archived ? 'yes' : 'no',
    ...Object.fromEntries(ticket.custom.map(({ name, value }) => [`field ${name}`, value])),
    ...Object.fromEntries(items.map(({ id: comment, body }) => [`comment ${comment}`, body.text])),
    links: ticket.links
      .map(({ type, end, other }) => `${type[end]} ${other.key}`)
      .sort()
      .join('; '),
  };
}

async function expectComplete(reader: TicketReader, ticket: Ticket): Promise<void> {
  const [told, is] = await Promise.all([replayed(reader, ticket), present(reader, ticket)]);
  for (const [field, value] of Object.entries(is)) {
    expect([field, told[field] ?? (field === 'archived' ? 'no' : null)]).toEqual([field, value]);
  }
}

type Act = { readonly kind: string; readonly at: number; readonly text: string };

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(
    'title',
    'description',
    'labels',
    'priority',
    'due',
    'parent',
    'assignees',
    'custom',
    'transition',
    'comment',
    'edit_comment',
    'link',
    'unlink',
    'archive',
    'unarchive',
  ),
  at: fc.nat(30),
  text: fc.constantFrom('a', 'b b', '返品', '<b>', '', 'long '.repeat(40)),
});

type Update = Extract<TicketWrite, { kind: 'update' }>;
const pickAt = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

type Around = { readonly reader: TicketReader; readonly ticket: Ticket; readonly other: Ticket };

/** Other values for fields of a ticket, some of which it cannot have. */
async function setOf({ kind, at, text }: Act, { reader, ticket, other }: Around): Promise<Update['set'] | undefined> {
  const priorities = (await reader.project('WEB'))?.priorities ?? [];
  const self = await reader.self();
  const isEmpty = text === '';
  const custom = ticket.custom.slice(0, 1).map((field) => ({ ...field, value: isEmpty ? null : '2026-08-01' }));
  const sets: Record<string, Update['set']> = {
    title: { title: text },
    description: { description: isEmpty ? null : markdown(text) },
    labels: { labels: isEmpty ? [] : [...new Set(text.trim().split(' '))].sort() },
    priority: { priority: (isEmpty ? null : pickAt(priorities, at)) ?? null },
    due: { due: isEmpty ? null : `2026-08-${10 + (at % 20)}` },
    parent: { parent: isEmpty ? null : other },
    assignees: { assignees: isEmpty ? [] : [self] },
    custom: { custom },
  };
  return sets[kind];
}

/** Another write than one of fields; null where there is nothing to do it to. */
async function otherWriteOf({ kind, at, text }: Act, { reader, ticket, other }: Around): Promise<TicketWrite | null> {
  switch (kind) {
    case 'transition': {
      const transition = pickAt(await reader.transitions(ticket), at);
      return transition === undefined ? null : { kind, ticket, from: ticket.status, transition };
    }
    case 'comment':
      return { kind, ticket, body: markdown(text), visibleTo: 'team' };
    case 'edit_comment': {
      const comment = pickAt((await reader.comments(ticket, { limit: 50 })).items, at);
      return comment === undefined ? null : { kind, ticket, comment, expect: comment.body, body: markdown(text) };
    }
    case 'link': {
      const type = pickAt(await reader.linkTypes(), at);
      return type === undefined ? null : { kind, type, outward: ticket, inward: other };
    }
    case 'unlink': {
      const link = pickAt(ticket.links, at);
      if (link === undefined) return null;
      const [outward, inward] = link.end === 'outward' ? [ticket, link.other] : [link.other, ticket];
      return { kind, id: link.id, type: link.type, outward, inward };
    }
    default:
      return kind === 'archive' || kind === 'unarchive' ? { kind, ticket } : null;
  }
}

/** A write that may well be refused, on what is there now. */
async function writeOf(act: Act, reader: TicketReader, all: readonly Ticket[]): Promise<TicketWrite | null> {
  const ticket = await reader.ticketById(pickAt(all, act.at)?.id ?? '');
  const other = pickAt(all, act.at + 1 + act.text.length);
  if (ticket === null || other === undefined) throw new Error('there are no tickets');
  const around = { reader, ticket, other };
  const set = await setOf(act, around);
  return set === undefined ? otherWriteOf(act, around) : { kind: 'update', ticket, expect: {}, set };
}

describe('the history of tickets', () => {
  test('leads to what the demo’s tickets are', async () => {
    const { reader } = newTracker({ fill: seed });
    const { items } = await reader.search({ ...everything, projects: ['WEB', 'HELP', 'SEC'] }, { limit: 100 });
    for (const { id } of items) {
      const ticket = await reader.ticketById(id);
      if (ticket !== null) await expectComplete(reader, ticket);
    }
  });

  test('leads to what they are after whatever is written, and what is refused leaves no trace', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const { reader, write, ticket, tracker, as } = newTracker();
        for (const [at, type] of ['Task', 'Task', 'Story', 'Epic'].entries())
          as('bob').create('WEB', type, { title: `T${at}` });
        const all = await Promise.all([1, 2, 3, 4].map((number) => ticket(`WEB-${number}`)));
        for (const each of acts) {
          const wanted = await writeOf(each, reader, all);
          if (wanted === null) continue;
          const before = tracker.one('select count(*) as count from event');
          try {
            await write(wanted);
            kinds.add(each.kind);
          } catch (error) {
            expect(error).toBeInstanceOf(NotDone);
            expect(tracker.one('select count(*) as count from event')).toEqual(before);
          }
        }
        for (const each of all) await expectComplete(reader, each);
        expect(tracker.all('pragma foreign_key_check')).toEqual([]);
      }),
      { numRuns: 25 },
    );
    // Whether all of it was tried does not hang on luck: each kind takes effect in one of some hundred tries.
    expect(kinds.size).toBeGreaterThanOrEqual(12);
  });

  test('goes back to what was before when each write is undone by one with the old values', async () => {
    const fields = fc.record(
      {
        title: fc.constantFrom('x', 'y'),
        description: fc.constantFrom(null, markdown('a'), markdown('返品')),
        labels: fc.subarray(['a', 'b', 'c']),
        due: fc.constantFrom(null, '2026-08-01'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fields, fields, async (first, second) => {
        const { write, ticket, as } = newTracker();
        const key = as('bob').create('WEB', 'Task', { title: 'T', labels: ['z'] });
        await write({ kind: 'update', ticket: await ticket(key), expect: {}, set: first });
        const before = await ticket(key);
        await write({ kind: 'update', ticket: before, expect: {}, set: second });
        const { title, description, labels, due } = before;
        const old = { title, description, labels: [...labels], due };
        const set = Object.fromEntries(Object.entries(old).filter(([field]) => field in second));
        await write({ kind: 'update', ticket: before, expect: second, set });
        const { updatedAt: _, ...after } = await ticket(key);
        expect(before).toMatchObject(after);
      }),
      { numRuns: 20 },
    );
  });

  test.each(['event', 'event_change', 'done'])('cannot be changed: %s', (table) => {
    const { tracker } = newTracker({ fill: seed });
    tracker.run("insert into done values ('c', 't', 'w', '{}', 1)");
    expect(() => tracker.run(`delete from ${table}`)).toThrow('is kept');
    const column = { event: 'at', event_change: 'after', done: 'result' }[table];
    expect(() => tracker.run(`update ${table} set ${column} = null`)).toThrow('is kept');
  });

  test.each(['ticket', 'comment', 'ticket_key'])('keeps what it is of: %s', (table) => {
    const { tracker } = newTracker({ fill: seed });
    expect(() => tracker.run(`delete from ${table}`)).toThrow('is kept');
  });
});
