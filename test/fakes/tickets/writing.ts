import type { FieldValues, TicketDocument, TicketRef } from '#capabilities/ticket/types.ts';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite, TicketWriter, Written } from '#capabilities/ticket-write/ports.ts';
import { type Mark, NotDone } from '#shared/tools/index.ts';
import { people, statuses, transitionsFrom } from './seed.ts';
import type { FakeTracker, KeptTicket } from './tracker.ts';

/** Writes to the tracker as the account of the server, under the preconditions of the port; `fault` goes wrong once. */
export function fakeWriter(tracker: FakeTracker): TicketWriter {
  return {
    write: async (wanted, mark) => {
      tracker.writes.push(wanted.kind);
      tracker.inBetween?.();
      tracker.inBetween = null;
      const { fault } = tracker;
      tracker.fault = null;
      if (fault === 'refused' || fault === 'unavailable') throw new NotDone(fault, 'The tracker does not take it.');
      if (fault === 'request_lost') throw new Error('the connection ended');
      const key = appliedKey(wanted, mark);
      const known = tracker.backend.once ? tracker.applied.get(key) : undefined;
      const written = known ?? carryOut(tracker, wanted);
      tracker.applied.set(key, written);
      if (fault === 'answer_lost') throw new Error('the connection ended');
      return written;
    },
  };
}

/** A write by its mark and all that it says. */
export function appliedKey(wanted: TicketWrite, { changeId, token }: Mark): string {
  return `${changeId}/${token} ${JSON.stringify(wanted)}`;
}

function carryOut(tracker: FakeTracker, wanted: TicketWrite): Written {
  if (longestText(wanted) > tracker.backend.maxText) throw new NotDone('refused', 'The text is too long.');
  switch (wanted.kind) {
    case 'create':
      return create(tracker, wanted);
    case 'link':
      return link(tracker, wanted);
    case 'unlink':
      return unlink(tracker, wanted);
    case 'unarchive':
    case 'archive':
      return archive(tracker, wanted);
    case 'update':
      return update(tracker, wanted);
    case 'transition':
      return transition(tracker, wanted);
    case 'comment': {
      const { key } = current(tracker, wanted.ticket);
      const { visibleTo, body } = wanted;
      const { id, url } = tracker.say(key, '', { author: people.self, body, visibleTo });
      return { id, key: null, url, differs: [] };
    }
    case 'edit_comment':
      return editComment(tracker, wanted);
  }
}

function longestText(wanted: TicketWrite): number {
  const document = documentIn(wanted);
  if (!document) return 0;
  return document.format === 'adf' ? document.native.length : document.text.length;
}

function documentIn(wanted: TicketWrite): TicketDocument | null | undefined {
  if ('body' in wanted) return wanted.body;
  if (wanted.kind === 'create') return wanted.fields.description;
  return wanted.kind === 'update' ? wanted.set.description : null;
}

type Wanted<Kind extends TicketWrite['kind']> = Extract<TicketWrite, { kind: Kind }>;

function create(tracker: FakeTracker, { project, type, fields }: Wanted<'create'>): Written {
  const there = [...tracker.projects.values()].find(({ id }) => id === project.id);
  if (there === undefined || there.archived) throw new NotDone('refused', 'There is no such project to write to.');
  const known = there.types.find(({ id }) => id === type.id)?.custom ?? [];
  const isMissing = known.some(({ id, required }) => required && !fields.custom?.some((each) => each.id === id));
  if (isMissing) throw new NotDone('refused', 'A field is missing.');
  const custom = fields.custom ?? [];
  const made = tracker.add(there.key, { type, reporter: people.self, priority: null, ...kept(fields), custom });
  return { id: made.id, key: made.key, url: made.url, differs: [] };
}

function update(tracker: FakeTracker, { ticket, expect, set }: Wanted<'update'>): Written {
  const now = current(tracker, ticket);
  const differs = Object.entries(expect).some(([field, value]) => {
    return field === 'custom' ? !sameCustom(now, expect) : !same(now[field as keyof Ticket], value);
  });
  if (differs) throw stale();
  const custom = set.custom && {
    custom: [...now.custom.filter(({ id }) => !set.custom?.some((each) => each.id === id)), ...set.custom].sort(
      (one, other) => (one.id < other.id ? -1 : 1),
    ),
  };
  tracker.edit(now.id, { ...kept(set), ...custom }, people.self);
  return writtenTicket(now);
}

/** Only the fields that are expected to hold something are looked at. */
function sameCustom({ custom }: Ticket, expect: FieldValues): boolean {
  const heldBy = (wanted: string) => custom.find(({ id }) => id === wanted)?.value ?? null;
  return (expect.custom ?? []).every(({ id, value }) => heldBy(id) === value);
}

function transition(tracker: FakeTracker, { ticket, from, transition: wanted }: Wanted<'transition'>): Written {
  const now = current(tracker, ticket);
  if (now.status.id !== from.id) throw stale();
  const found = transitionsFrom(now.status).find(({ id }) => id === wanted.id);
  if (found === undefined || found.requires.length > 0) throw new NotDone('refused', 'There is no such transition.');
  const status = Object.values(statuses).find(({ id }) => id === found.to.id) ?? now.status;
  tracker.edit(now.id, { status }, people.self);
  return writtenTicket(now);
}

function editComment(tracker: FakeTracker, { ticket, comment, expect, body }: Wanted<'edit_comment'>): Written {
  const now = current(tracker, ticket);
  const there = tracker.said.get(now.id)?.find(({ id }) => id === comment.id);
  if (there === undefined || !same(there.body, expect)) throw stale();
  tracker.reword(now.id, comment.id, body);
  return { id: comment.id, key: null, url: comment.url, differs: [] };
}

function link(tracker: FakeTracker, { type, outward, inward }: Wanted<'link'>): Written {
  const ends = [current(tracker, outward).id, current(tracker, inward).id];
  const isThere = tracker.links.some((each) => {
    return each.type.id === type.id && each.outward === ends[0] && each.inward === ends[1];
  });
  if (isThere) throw stale();
  return { id: tracker.link(type, outward.id, inward.id), key: null, url: null, differs: [] };
}

function unlink(tracker: FakeTracker, { id }: Wanted<'unlink'>): Written {
  if (!tracker.links.some((each) => each.id === id)) throw stale();
  tracker.links = tracker.links.filter((each) => each.id !== id);
  return { id, key: null, url: null, differs: [] };
}

function archive(tracker: FakeTracker, { kind, ticket }: Wanted<'archive' | 'unarchive'>): Written {
  const archived = kind === 'archive';
  const now = current(tracker, ticket, !archived);
  if (now.archived === archived) throw stale();
  tracker.edit(now.id, { archived }, people.self);
  return writtenTicket(now);
}

/** The ticket as it is now, which is still in the project that the write is for, and can be written to. */
function current(tracker: FakeTracker, { id, project }: TicketRef, archived = false): Ticket {
  const found = tracker.tickets.has(id) ? tracker.ticket(id) : null;
  if (found === null || found.project.id !== project.id) throw stale();
  if (found.archived !== archived) throw new NotDone(archived ? 'stale' : 'refused', 'It is archived, or not.');
  if (tracker.projects.get(found.project.key)?.archived) throw new NotDone('refused', 'The project is archived.');
  return found;
}

function kept({ custom: _custom, ...fields }: FieldValues): Partial<KeptTicket> {
  return fields;
}

function writtenTicket({ id, key, url }: TicketRef): Written {
  return { id, key, url, differs: [] };
}

function stale(): NotDone {
  return new NotDone('stale', 'It is no longer as expected.');
}

/** References to people and tickets count by their ids: names may change. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(reduced(one)) === JSON.stringify(reduced(other));
}

function reduced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reduced).sort();
  if (typeof value !== 'object' || value === null) return value;
  const { id, native, text } = value as { readonly id?: string; readonly native?: string; readonly text?: string };
  return id ?? native ?? text ?? value;
}
