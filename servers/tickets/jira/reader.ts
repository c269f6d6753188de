import * as z from 'zod';
import type { TicketBackend, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { linkType } from './answers.ts';
import { readComment, readComments } from './comments.ts';
import { readHistory } from './history.ts';
import { isId, isIssueKey } from './ids.ts';
import { type IssueOptions, readTicket } from './issues.ts';
import { looksLanded } from './landed.ts';
import { findAssignable, type Myself } from './people.ts';
import { jiraProjects } from './projects.ts';
import { search } from './search.ts';
import { readTransitions, readWayBack } from './workflow.ts';

/** Jira takes no longer text: "It exceeds the allowed limit of 32,767 characters." */
const maxText = 32_767;

export function backendOf(lacks: readonly string[]): TicketBackend {
  return {
    name: 'Jira',
    documents: 'adf',
    lacks,
    fields: ['title', 'description', 'labels', 'assignees', 'priority', 'parent', 'due'],
    maxAssignees: 1,
    maxText,
    once: false,
  };
}

const linkTypes = z.object({ issueLinkTypes: z.array(linkType).default([]) });

/** Tickets of Jira, with the token that cannot write. */
export function jiraReader({
  backend,
  myself,
  now,
  ...issues
}: IssueOptions & {
  readonly backend: TicketBackend;
  readonly myself: () => Promise<Myself>;
  readonly now: () => number;
}): TicketReader {
  const { reads, site } = issues;
  const projects = jiraProjects({ reads, site, now });
  const searching = { reads, projects, myself, site };
  return {
    backend,
    self: async () => (await myself()).person,
    project: projects.project,
    search: (query, page) => search(searching, query, page),
    ticket: async (key) => (isIssueKey(key) ? readTicket(issues, key) : null),
    ticketById: async (id) => (isId(id) ? readTicket(issues, id) : null),
    comments: (ticket, page) => readComments(reads, ticket, page),
    comment: (ticket, id) => readComment(reads, ticket, id),
    transitions: (ticket) => readTransitions(reads, ticket),
    wayBack: (ticket, from, to) => readWayBack(reads, ticket, { from, to }),
    history: (ticket, page) => readHistory(reads, ticket, page),
    assignable: (project, who) => findAssignable(reads, project, who),
    // A label is made by putting it on, and has no blanks.
    unknownLabels: async (_project, names) => names.filter((name) => /\s/u.test(name)),
    linkTypes: async () => (await reads.get({ path: ['issueLinkType'], answer: linkTypes }))?.issueLinkTypes ?? [],
    landed: (wanted, mark) => looksLanded({ ...issues, myself }, wanted, mark),
  };
}
