import * as z from 'zod';
import type { LinkType, TicketRef } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketLink } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import { restOrMoved } from '#shared/github/rest.ts';
import { isStatus, parsedAnswer, type Session } from '#shared/github/session.ts';
import {
  descriptionOf,
  isPullRequest,
  issueAt,
  type RestIssue,
  refOf,
  repositoryOf,
  restIssue,
  summaryOf,
} from '../issue.ts';
import type { Repositories, Repository } from '../repositories.ts';

/** An issue, and the repository that it is in now. */
export type FoundIssue = { readonly issue: RestIssue; readonly at: Repository };

/** How often an issue may have been transferred. */
const mostMoves = 5;

/**
 * The issue that a number of a repository leads to, wherever it was transferred since. Null for a pull request, for what
 * was deleted, and for what the App does not see where it is now.
 */
export async function findIssue(
  repositories: Repositories,
  first: Repository | null,
  firstNumber: number,
): Promise<FoundIssue | null> {
  let at = first;
  let number = firstNumber;
  for (let moves = 0; at !== null && moves <= mostMoves; moves++) {
    if (!at.hasIssues) return null;
    const answer = await getIssue(at.session, number);
    if (answer === null) return null;
    if ('data' in answer) {
      const issue = parsedAnswer(restIssue, answer.data);
      const isItsOwn = repositoryOf(issue)?.toLowerCase() === at.project.key.toLowerCase();
      return isPullRequest(issue) || !isItsOwn ? null : { issue, at };
    }
    const to = issueAt(answer.moved);
    if (to === null) return null;
    number = to.number;
    at = await ('name' in to ? repositories.byKey(to.name) : repositories.byId(to.repositoryId));
  }
  return null;
}

async function getIssue({ ask, failed, owner, name }: Session, number: number) {
  try {
    const path = ['repos', owner, name, 'issues', String(number)];
    return await ask((via) => restOrMoved(via, path), { redirects: 'give_back' });
  } catch (error) {
    const failure = failureOf(error);
    if (isStatus(failure, 404) || isStatus(failure, 410)) return null;
    throw error instanceof AppError ? error : failed(error);
  }
}

export const blocks: LinkType = { id: 'blocks', outward: 'blocks', inward: 'is blocked by' };

/** All that is told of a ticket. */
export async function readTicket(repositories: Repositories, { issue, at }: FoundIssue): Promise<Ticket> {
  const { total_blocked_by: by = 0, total_blocking: on = 0 } = issue.issue_dependencies_summary ?? {};
  const [parent, blockedBy, blocking] = await Promise.all([
    parentOf(repositories, at, issue),
    by === 0 ? [] : dependencies(repositories, at, issue, 'blocked_by'),
    on === 0 ? [] : dependencies(repositories, at, issue, 'blocking'),
  ]);
  return {
    ...summaryOf(at.project, issue),
    description: descriptionOf(issue),
    parent,
    due: null,
    custom: [],
    links: [...blockedBy, ...blocking],
    comments: issue.comments,
  };
}

/** The issue that this one is a part of; null for none, and for one that the App does not see. */
export async function parentOf(
  repositories: Repositories,
  at: Repository,
  issue: RestIssue,
): Promise<TicketRef | null> {
  const to = issue.parent_issue_url ? issueAt(issue.parent_issue_url) : null;
  if (to === null) return null;
  const where = await ('name' in to ? placeNamed(repositories, at, to.name) : repositories.byId(to.repositoryId));
  if (where === null) return null;
  return refOf(where.project, { number: to.number, html_url: `${where.url}/issues/${to.number}` });
}

const placeNamed = async (repositories: Repositories, at: Repository, name: string): Promise<Repository | null> =>
  at.project.key.toLowerCase() === name.toLowerCase() ? at : repositories.byKey(name);

/**
 * What an issue waits for, or what waits for it. GitHub tells nothing of what the token does not cover, so that links into
 * other repositories are not seen.
 */
async function dependencies(
  repositories: Repositories,
  at: Repository,
  issue: RestIssue,
  which: 'blocked_by' | 'blocking',
): Promise<readonly TicketLink[]> {
  const path = ['issues', String(issue.number), 'dependencies', which];
  const found = (await at.session.get({ path, query: { per_page: '100' }, data: z.array(restIssue) })) ?? [];
  const links = found.map(async (other): Promise<readonly TicketLink[]> => {
    const name = repositoryOf(other);
    const where = name === null ? null : await placeNamed(repositories, at, name);
    if (where === null) return [];
    const own = refOf(at.project, issue);
    const theirs = refOf(where.project, other);
    const end = which === 'blocking' ? 'outward' : 'inward';
    const id = end === 'outward' ? linkId(own, theirs) : linkId(theirs, own);
    return [{ id, type: blocks, end, other: { ...theirs, title: other.title } }];
  });
  return (await Promise.all(links)).flat();
}

/** GitHub has no id for a link: it is the two issues, first the one that blocks. */
export const linkId = (outward: TicketRef, inward: TicketRef): string => `${outward.id} blocks ${inward.id}`;
