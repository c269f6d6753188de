import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { Person } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketReader, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Document } from './documents/document.ts';
import { history } from './documents/history.ts';
import * as queries from './documents/queries.ts';
import type { LinearIssue } from './documents/shapes.ts';
import { orNull, readError } from './errors.ts';
import { eventOf } from './events.ts';
import { failureOf } from './failure.ts';
import { issueFilter, uuid, who } from './filter.ts';
import { unknownLabels } from './input.ts';
import { landedOn } from './landed.ts';
import { personOf } from './people.ts';
import { projectReader } from './projects.ts';
import { accessTo } from './sponsors.ts';
import { commentOf, linearBackend, linkTypes, summaryOf, ticketOf } from './tickets.ts';
import type { Send } from './transport.ts';
import { transitionReader } from './workflow.ts';

const identifier = /^[A-Za-z0-9]{1,50}-\d{1,10}$/;

/** Reads of Linear with the one credential of this server. `origin` is where its pages are. */
export function linearReader({ read, origin }: { readonly read: Send; readonly origin: string }): TicketReader {
  const ask = async <T>(document: Document<T>, variables: Record<string, unknown>): Promise<T> =>
    read(document, variables).catch((error: unknown) => {
      throw readError(error);
    });
  const self = onceDone(async () => personOf((await ask(queries.viewer, {})).viewer));
  const issue = async (id: string): Promise<LinearIssue | null> => {
    const found = await orNull(read(queries.issueById, { id }));
    // What is in the trash is deleted after a while, and is to people as if it were.
    return found === null || found.issue.trashed === true ? null : found.issue;
  };
  const ticket = async (id: string): Promise<Ticket | null> => {
    const found = await issue(id);
    return found === null ? null : ticketOf(found);
  };
  return {
    backend: linearBackend,
    self,
    project: projectReader({ ask, origin }),
    search: async (query, page) => {
      const filter = issueFilter(query);
      if (filter === null) return { items: [], cursor: null };
      return pages(page, async (where) => {
        const { issues } = await read(queries.search[query.sort], { filter, ...where });
        return { items: issues.nodes.map((node): TicketSummary => summaryOf(node)), ...cursorOf(issues.pageInfo) };
      });
    },
    ticket: async (key) => (identifier.test(key) ? ticket(key) : null),
    ticketById: async (id) => (uuid.test(id) ? ticket(id) : null),
    comments: ({ id }, page) =>
      pages(page, async (where) => {
        const { comments } = (await read(queries.comments, { id, ...where })).issue;
        return { items: comments.nodes.map(commentOf), ...cursorOf(comments.pageInfo) };
      }),
    comment: async ({ id: issueId }, id) => {
      const found = uuid.test(id) ? await orNull(read(queries.commentById, { id })) : null;
      return found?.comment.issueId === issueId ? commentOf(found.comment) : null;
    },
    ...transitionReader(read),
    history: ({ id }, page) =>
      pages(page, async (where) => {
        const found = (await read(history, { id, ...where })).issue;
        return {
          items: found.history.nodes.map((entry) => eventOf(entry, found.team)),
          ...cursorOf(found.history.pageInfo),
        };
      }),
    assignable: async (project, name): Promise<Person | null> => {
      const filter = { and: [who(name), { active: { eq: true } }] };
      const { users, teams } = await ask(queries.people, { filter, team: project.key });
      const able = users.nodes.filter((user) => user.isAssignable && accessTo(user, teams.nodes[0]) !== 'none');
      const [one, ...others] = able;
      return one === undefined || others.length > 0 ? null : personOf(one);
    },
    unknownLabels: (project, names) => unknownLabels(ask, project, names),
    linkTypes: async () => linkTypes,
    landed: (wanted, mark) => landedOn({ read, self, issue }, wanted, mark),
  };
}

const cursorOf = ({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null }) => ({
  cursor: hasNextPage ? endCursor : null,
});

/** One page of a list. Nothing of an issue that is no longer there; an error of ours for a cursor that Linear does not know. */
async function pages<T>(
  { limit, cursor }: PageRequest,
  load: (where: { readonly first: number; readonly after: string | null }) => Promise<Page<T>>,
): Promise<Page<T>> {
  try {
    return await load({ first: limit, after: cursor ?? null });
  } catch (error) {
    const { kind, said } = failureOf(error);
    if (kind === 'absent') return { items: [], cursor: null };
    if (kind !== 'invalid' || cursor === undefined) throw readError(error);
    throw new AppError('invalid_arguments', 'Linear does not know this cursor.', {
      next: 'Start again without a cursor.',
      cause: said,
    });
  }
}

/** The one answer of a question that is asked until it is answered. */
function onceDone<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
