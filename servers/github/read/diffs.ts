import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { type FileDiff, fileStatuses } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import type { Session } from './session.ts';

/** As many files as GitHub lists: https://docs.github.com/rest/pulls/pulls, "List pull requests files". */
const mostFiles = 3000;

const files = z.array(
  z
    .object({
      filename: z.string(),
      previous_filename: z.string().optional(),
      status: z.enum(fileStatuses),
      additions: z.number().int().nonnegative(),
      deletions: z.number().int().nonnegative(),
      // GitHub leaves it out for binary files and for long ones.
      patch: z.string().optional(),
    })
    .transform(
      ({ filename, previous_filename, status, additions, deletions, patch }): FileDiff => ({
        path: filename,
        previousPath: previous_filename ?? null,
        ...{ status, additions, deletions },
        patch: patch ?? null,
      }),
    ),
);

/** A page of the files that a pull request changes; the cursor is the number of the next page. */
export async function readPullRequestFiles(
  session: Session,
  number: number,
  { limit, cursor = '1' }: PageRequest,
): Promise<Page<FileDiff>> {
  if (!/^[1-9]\d{0,3}$/.test(cursor)) throw new AppError('invalid_arguments', 'There is no such page.');
  const page = Number(cursor);
  const query = { per_page: String(limit), page: cursor };
  const items = await session.get({ path: ['pulls', String(number), 'files'], query, data: files });
  if (items === null) throw noRepository();
  const isLast = items.length < limit || page * limit >= mostFiles;
  return { items, cursor: isLast ? null : String(page + 1) };
}
