import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Changed } from '#capabilities/repo-read/ports.ts';
import type { Session } from './session.ts';

/** As many files as GitHub lists in a comparison: https://docs.github.com/rest/commits/commits, "Compare two commits". */
const mostFiles = 300;

const comparison = z.object({
  merge_base_commit: z.object({ sha: oid }),
  files: z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() })).default([]),
});

/** What one commit has that another one has not, since they parted; null when they have no common past. */
export async function readChanged(session: Session, base: string, head: string): Promise<Changed | null> {
  const found = await session.compare(base, head, comparison);
  if (found === null) return null;
  const { merge_base_commit: from, files } = found;
  const paths = files.flatMap(({ filename, previous_filename: before }) =>
    before === undefined ? [filename] : [before, filename],
  );
  return { from: from.sha, paths, cut: files.length >= mostFiles };
}
