import { fieldNames } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { limits } from './limits.ts';
import { readComment, readComments } from './read/comments.ts';
import { readHistory } from './read/history.ts';
import { findAssignable, readProject } from './read/projects.ts';
import { personIn, type View } from './read/refs.ts';
import { search } from './read/search.ts';
import { idOfKey, linkTypes, readTicket } from './read/tickets.ts';
import { readTransitions, readWayBack } from './read/transitions.ts';
import { answer } from './tracker/answering.ts';
import { numberOf } from './tracker/ids.ts';
import type { Tracker } from './tracker/tracker.ts';
import { landed } from './write/once.ts';

/** Reads a tracker as its own account sees it; each call sees one state of the file. */
export function embeddedReader(tracker: Tracker, self: number): TicketReader {
  const view: View = { sql: tracker, origin: tracker.origin, self };
  const reading = <T>(work: () => T): Promise<T> => answer(tracker, work);
  return {
    backend: {
      name: 'the embedded tracker',
      documents: 'markdown',
      lacks: [],
      fields: fieldNames,
      maxAssignees: limits.assignees,
      maxText: limits.text,
      once: true,
    },
    self: () => reading(() => ({ ...personIn(tracker, 0, self), standing: 'app' as const })),
    project: (key) => reading(() => readProject(view, key)),
    search: (query, page) => reading(() => search(view, query, page)),
    ticket: (key) => reading(() => readTicket(view, idOfKey(tracker, key))),
    ticketById: (id) => reading(() => readTicket(view, numberOf(id))),
    comments: (ticket, page) => reading(() => readComments(view, ticket, page)),
    comment: (ticket, id) => reading(() => readComment(view, ticket, id)),
    transitions: (ticket) => reading(() => readTransitions(view, ticket)),
    wayBack: (ticket, from, to) => reading(() => readWayBack(view, ticket, from, to)),
    history: (ticket, page) => reading(() => readHistory(view, ticket, page)),
    assignable: (project, who) => reading(() => findAssignable(view, project, who)),
    unknownLabels: async () => [],
    linkTypes: () => reading(() => linkTypes(tracker)),
    landed: (wanted, mark) => reading(() => landed(tracker, wanted, mark)),
  };
}
