import { blobOid } from '#capabilities/repo/blob.ts';
import type { RepositoryRef } from '#capabilities/repo/types.ts';
import type { Commit, RepoReader } from '#capabilities/repo-read/ports.ts';
import type { ContentReader, Landed, Mark } from '#shared/tools/index.ts';
import { type FilePlan, plannedPaths } from './file-plan.ts';
import { hasTrailer } from './mark.ts';

/** What the look for a commit of ours needs. */
type Search = {
  readonly history: readonly Commit[];
  /** Commits of the same change that are known to be there. */
  readonly known: readonly string[];
  readonly mark: Mark;
  readonly reader: RepoReader;
  readonly contents: ContentReader;
};

type Sought = FilePlan & { readonly repository: RepositoryRef; readonly expectedHead: string };

/**
 * Whether the commit is in the history of its branch: with our mark, signed by our account, on the sealed parent, with exactly
 * the planned files. A commit that has our mark and is not all of that was made from ours, so a person has to look.
 */
export async function commitLanded(sought: Sought, search: Search): Promise<Landed> {
  const marked = search.history.filter(
    ({ message, oid }) => hasTrailer(message, search.mark) && !search.known.includes(oid),
  );
  const own = await search.reader.ownLogin();
  for (const commit of marked) {
    const child = commit.parents.length === 1 && commit.parents[0] === sought.expectedHead;
    if (commit.author === own && commit.verified && child && (await holds(sought, commit.oid, search))) {
      return { landed: { oid: commit.oid, url: commit.url, verified: commit.verified } };
    }
  }
  if (marked.length > 0) return 'unclear';
  // Without the sealed parent in sight the branch was moved, or grew past what is looked through.
  return search.history.some(({ oid }) => oid === sought.expectedHead) ? 'not_found' : 'unclear';
}

/** Whether a commit has exactly what was planned for its files, and their modes where it sets them. */
export async function holds(
  plan: Pick<Sought, 'additions' | 'deletions' | 'repository' | 'via'>,
  commit: string,
  { reader, contents }: Pick<Search, 'reader' | 'contents'>,
): Promise<boolean> {
  const found = await reader.files(plan.repository.name, commit, plannedPaths(plan));
  const isThere = ({ path, content, mode }: FilePlan['additions'][number]): boolean => {
    const there = found.get(path);
    return there?.oid === blobOid(contents.get(content)) && (mode === undefined || there.mode === mode);
  };
  return plan.additions.every(isThere) && plan.deletions.every((path) => (found.get(path) ?? null) === null);
}
