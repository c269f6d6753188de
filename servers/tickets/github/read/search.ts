import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { isPullRequest, repositoryOf, summaryOf } from '../issue.ts';
import type { Repositories, Repository } from '../repositories.ts';
import { loginOf } from './assignable.ts';
import { foundFrom } from './found.ts';
import { isVain, searchText, type Who, wantedIn } from './query.ts';

/** How far on each repository's own list is, by its number; `null` where it has ended. */
const cursorText = z.record(z.string().regex(/^\d+$/), z.number().int().min(0).max(1000).nullable());
type Cursor = z.infer<typeof cursorText>;

/**
 * One page of the issues of several repositories, each searched with the token of its own and with its name in the query.
 * Whatever comes back is held against what was asked: nothing of another repository, no pull request.
 */
export async function searchIssues(
  { repositories, ownLogin }: { readonly repositories: Repositories; readonly ownLogin: () => Promise<string> },
  query: TicketQuery,
  { limit, cursor }: PageRequest,
): Promise<Page<TicketSummary>> {
  if (isVain(query)) return { items: [], cursor: null };
  const from = cursor === undefined ? {} : parseCursor(cursor);
  const keys = [...new Set(query.projects.map((key) => key.toLowerCase()))];
  const found = (await Promise.all(keys.map(repositories.byKey))).filter((one) => one?.hasIssues === true);
  const lists = await Promise.all(
    found.map(async (at) => {
      const offset = from[at?.project.id ?? ''];
      if (at === null || offset === null) return null;
      return { id: at.project.id, ...(await listOf(at, query, ownLogin, offset ?? 0, limit)) };
    }),
  );
  return merged(
    lists.filter((list) => list !== null),
    from,
    query.sort,
    limit,
  );
}

type List = {
  readonly id: string;
  /** Newest first, each with its place in all that was found. */
  readonly items: readonly { readonly ticket: TicketSummary; readonly place: number }[];
  /** Where the list goes on after these; null where it ends. */
  readonly next: number | null;
};

/** The newest of all lists, and how far each of them is used up. */
function merged(lists: readonly List[], from: Cursor, sort: TicketQuery['sort'], limit: number): Page<TicketSummary> {
  const time = ({ createdAt, updatedAt }: TicketSummary): string => (sort === 'created' ? createdAt : updatedAt);
  const all = lists.flatMap(({ id, items }) => items.map((item) => ({ id, ...item })));
  const newest = all.toSorted((a, b) => (time(a.ticket) < time(b.ticket) ? 1 : -1)).slice(0, limit);
  const to: Cursor = { ...from };
  for (const { id, items, next } of lists) {
    const used = newest.filter((one) => one.id === id);
    const last = used.at(-1);
    if (used.length === items.length) to[id] = next;
    else to[id] = last === undefined ? (from[id] ?? 0) : last.place + 1;
  }
  const isEnd = lists.every(({ id }) => to[id] === null);
  return { items: newest.map(({ ticket }) => ticket), cursor: isEnd ? null : cursorOf(to) };
}

/** How many requests are made for one page where what GitHub finds is mostly not what is wanted. */
const mostTries = 3;

async function listOf(
  at: Repository,
  query: TicketQuery,
  ownLogin: () => Promise<string>,
  offset: number,
  limit: number,
): Promise<Omit<List, 'id'>> {
  const nobody = { items: [], next: null };
  const [assignee, reporter] = await Promise.all([
    whoIs(at, query.assignee, ownLogin),
    whoIs(at, query.reporter, ownLogin),
  ]);
  if (assignee === undefined || reporter === undefined || reporter === 'none') return nobody;
  const text = searchText(query, at.project.key, { assignee, reporter });
  const items: { ticket: TicketSummary; place: number }[] = [];
  let next: number | null = offset;
  for (let tries = 0; next !== null && items.length < limit && tries < mostTries; tries++) {
    const start: number = next;
    const { found, more } = await foundFrom(
      at,
      { text, sort: query.sort, start, limit },
      assignee !== null || reporter !== null,
    );
    for (const [index, issue] of found.entries()) {
      const isItsOwn = repositoryOf(issue)?.toLowerCase() === at.project.key.toLowerCase() && !isPullRequest(issue);
      const ticket = summaryOf(at.project, issue);
      if (isItsOwn && wantedIn(query, ticket)) items.push({ ticket, place: start + index });
    }
    next = more ? start + found.length : null;
  }
  return { items, next };
}

const logins = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?$/;

/** Whom a search means; undefined where there is nobody like that. */
async function whoIs(
  { session }: Repository,
  said: string | null,
  ownLogin: () => Promise<string>,
): Promise<Who | undefined> {
  if (said === null || said === 'none') return said;
  if (said === 'me') return { login: await ownLogin() };
  const login = (await loginOf(session, said)) ?? said;
  return logins.test(login) ? { login } : undefined;
}

const cursorOf = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function parseCursor(text: string): Cursor {
  try {
    return cursorText.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw new AppError('invalid_arguments', 'This cursor is not known.', {
      next: 'Start again without a cursor.',
      cause,
    });
  }
}
