import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { TicketBackend, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { parseTicketId, parseTicketKey } from './ids.ts';
import { bot } from './people.ts';
import { findAssignable } from './read/assignable.ts';
import { commentOf, pageOfComments, readComment } from './read/comments.ts';
import { readHistory } from './read/history.ts';
import { missingLabels } from './read/labels.ts';
import { findLanded } from './read/landed.ts';
import { readProject } from './read/projects.ts';
import { searchIssues } from './read/search.ts';
import { blocks, findIssue, readTicket } from './read/tickets.ts';
import type { Repositories, Repository } from './repositories.ts';
import { statusOf, transitionsFrom } from './statuses.ts';
import { maxText } from './write/writing.ts';

const backend: TicketBackend = {
  name: 'GitHub Issues',
  documents: 'markdown',
  lacks: ['archive_ticket'],
  fields: ['title', 'description', 'labels', 'assignees', 'parent'],
  maxAssignees: 10,
  maxText,
  once: false,
};

const nothing = { items: [], cursor: null };

/** What the ticket tools read of GitHub, each with a token that can read the issues of one repository. */
export function githubIssuesReader({
  repositories,
  ownLogin,
}: {
  readonly repositories: Repositories;
  readonly ownLogin: () => Promise<string>;
}): TicketReader {
  const at = async ({ id }: Pick<TicketRef, 'id'>): Promise<{ place: Repository; number: number } | null> => {
    const named = parseTicketId(id);
    const place = named && (await repositories.byId(named.repositoryId));
    return named && place ? { place, number: named.number } : null;
  };
  const ticketAt = async (place: Repository | null, number: number) => {
    const found = await findIssue(repositories, place, number);
    return found && readTicket(repositories, found);
  };
  return {
    backend,
    self: async () => bot(await ownLogin()),
    project: async (key) => {
      const found = await repositories.byKey(key);
      return found && readProject(found);
    },
    search: (query, page) => searchIssues({ repositories, ownLogin }, query, page),
    ticket: async (key) => {
      const named = parseTicketKey(key);
      return named && ticketAt(await repositories.byKey(named.repository), named.number);
    },
    ticketById: async (id) => {
      const found = await at({ id });
      return found && ticketAt(found.place, found.number);
    },
    comments: async (ticket, page) => {
      const found = await at(ticket);
      if (found === null) return nothing;
      const { items, cursor } = await pageOfComments(found.place.session, found.number, page);
      return { items: items.map(commentOf), cursor };
    },
    comment: async (ticket, id) => {
      const [found, of] = [await at(ticket), parseTicketId(ticket.id)];
      const comment = found && of && (await readComment(found.place.session.query, of, id));
      return comment ? commentOf(comment) : null;
    },
    transitions: async (ticket) => {
      const found = await at(ticket);
      const issue = found && (await findIssue(repositories, found.place, found.number))?.issue;
      return issue ? transitionsFrom(statusOf({ state: issue.state, reason: issue.state_reason ?? null })) : [];
    },
    wayBack: async (_ticket, from, to) => (transitionsFrom(to).some((each) => each.to.id === from.id) ? 'yes' : 'no'),
    history: async (ticket, page) => {
      const found = await at(ticket);
      if (found === null) return nothing;
      return readHistory(found.place.session, { number: found.number, repository: found.place.project.key }, page);
    },
    assignable: async (project, who) => {
      const found = await repositories.byId(Number(project.id));
      return found && findAssignable(found.session, who);
    },
    unknownLabels: async (project, names) => {
      const found = await repositories.byId(Number(project.id));
      return found ? missingLabels(found.session, names) : names;
    },
    linkTypes: async () => [blocks],
    landed: (wanted, mark) => findLanded({ repositories, ownLogin }, wanted, mark),
  };
}
