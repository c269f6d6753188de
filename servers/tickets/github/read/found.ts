import * as z from 'zod';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import { rest } from '#shared/github/rest.ts';
import { isStatus, parsedAnswer } from '#shared/github/session.ts';
import { restIssue } from '../issue.ts';
import type { Repository } from '../repositories.ts';

/** GitHub gives the first so many of what a search finds, and at most so many at once. */
const mostFound = 1000;
const mostAtOnce = 100;

const answer = z.object({ total_count: z.number().int().nonnegative(), items: z.array(restIssue) });

/**
 * What is found from a place on. GitHub counts in pages: the window is inside one where there is a size for that.
 * @param namesSomebody GitHub answers 422 where a search names an account that is not there
 */
export async function foundFrom(
  { session }: Pick<Repository, 'session'>,
  { text, sort, start, limit }: { text: string; sort: TicketQuery['sort']; start: number; limit: number },
  namesSomebody: boolean,
) {
  const nothing = { found: [], more: false };
  if (start >= mostFound) return nothing;
  const end = Math.min(start + limit, mostFound);
  const size = sizeFor(start, end);
  const page = Math.floor(start / size);
  const query = {
    q: text,
    sort,
    order: 'desc',
    per_page: String(size),
    page: String(page + 1),
    advanced_search: 'true',
  };
  try {
    const said = await session.ask((via) => rest(via, 'GET', ['search', 'issues'], query));
    const { total_count: total, items } = parsedAnswer(answer, said);
    const found = items.slice(start - page * size, end - page * size);
    return { found, more: found.length > 0 && start + found.length < Math.min(total, mostFound) };
  } catch (error) {
    if (isStatus(failureOf(error), 422)) {
      if (namesSomebody) return nothing;
      throw new AppError('invalid_arguments', 'GitHub does not search for this.', {
        next: 'Use fewer and plainer words.',
        cause: failureOf(error).said,
      });
    }
    throw error instanceof AppError ? error : session.failed(error);
  }
}

/** The smallest size of pages in which this window is within one; the largest that there is where none is. */
function sizeFor(start: number, end: number): number {
  for (let size = end - start; size < mostAtOnce; size++) {
    if (Math.floor(start / size) === Math.floor((end - 1) / size)) return size;
  }
  return mostAtOnce;
}
