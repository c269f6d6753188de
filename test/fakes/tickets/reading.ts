import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { matches } from './searching.ts';
import { emails, linkTypes, people, transitionsFrom } from './seed.ts';
import type { FakeTracker } from './tracker.ts';
import { appliedKey } from './writing.ts';

/** Reads the tracker; every call is among its `reads`. */
export function fakeReader(tracker: FakeTracker): TicketReader {
  const seen = <Answer>(method: string, answer: Answer): Promise<Answer> => {
    tracker.reads.push(method);
    return Promise.resolve(answer);
  };
  const byId = (id: string) => (tracker.tickets.has(id) ? tracker.ticket(id) : null);
  const comments = (id: string) => tracker.said.get(id) ?? [];
  return {
    backend: tracker.backend,
    self: () => seen('self', people.self),
    project: (key) => seen('project', tracker.projects.get(key) ?? null),
    search: (query, page) => {
      const said = (id: string) => comments(id).map(({ body }) => body.text);
      const by = query.sort === 'created' ? 'createdAt' : 'updatedAt';
      const found = [...tracker.tickets.values()]
        .filter((ticket) => matches(query, ticket, said(ticket.id)))
        .sort((one, other) => (one[by] < other[by] ? 1 : -1));
      return seen('search', pageOf(found, page));
    },
    ticket: (key) => seen('ticket', byId(tracker.keys.get(key) ?? '')),
    ticketById: (id) => seen('ticketById', byId(id)),
    comments: ({ id }, page) => seen('comments', pageOf(comments(id).toReversed(), page)),
    comment: (ticket, id) => seen('comment', comments(ticket.id).find((each) => each.id === id) ?? null),
    transitions: ({ id }) => seen('transitions', transitionsFrom(tracker.ticket(id).status)),
    wayBack: (_ticket, from, to) => {
      return seen('wayBack', transitionsFrom(to).some((each) => each.to.id === from.id) ? 'yes' : 'no');
    },
    history: ({ id }, page) => seen('history', pageOf((tracker.events.get(id) ?? []).toReversed(), page)),
    assignable: (_project, who) => {
      const found = Object.values(people).filter(({ id, name, standing }) => {
        return standing === 'member' && [id, name, id.slice('u-'.length)].includes(emails.get(who) ?? who);
      });
      return seen('assignable', found.length === 1 ? (found[0] ?? null) : null);
    },
    unknownLabels: (_project, names) =>
      seen(
        'unknownLabels',
        names.filter((name) => tracker.noLabels.has(name)),
      ),
    linkTypes: () => seen('linkTypes', linkTypes),
    landed: (wanted, mark) => {
      const written = tracker.applied.get(appliedKey(wanted, mark));
      return seen('landed', written === undefined ? 'not_found' : { landed: { ...written, differs: [] } });
    },
  };
}

function pageOf<T>(all: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { items: all.slice(start, end), cursor: end < all.length ? String(end) : null };
}
