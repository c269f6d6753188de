import { AppError } from '#shared/errors.ts';
import { type ParsedCommit, parseCommit } from './objects.ts';
import type { Objects } from './pack.ts';

/** Commits that follow one another, the oldest first, and the commit that they begin on. */
export type Chain = {
  readonly parent: string;
  readonly commits: readonly (ParsedCommit & { readonly oid: string })[];
};

/**
 * The commits of a pack from a tip down to where they begin: at `from`, or for a new branch (null) at the first commit
 * that the pack does not hold. Throws AppError: `unsupported` for merges and histories of their own, `conflict` where a
 * branch would not only grow, `too_large` for more commits than `most`.
 */
export function chainOf(
  objects: Objects,
  { tip, from, most }: { readonly tip: string; readonly from: string | null; readonly most: number },
): Chain {
  const commits: Chain['commits'][number][] = [];
  let at = tip;
  for (let object = objects.get(at); object !== undefined && at !== from; object = objects.get(at)) {
    if (object.type !== 'commit') throw new AppError('unsupported', 'Only commits can be pushed to a branch.');
    if (commits.length === most) throw tooMany(most);
    const commit = parseCommit(object.bytes);
    const [parent, second] = commit.parents;
    if (second !== undefined) throw isMerge(at);
    if (parent === undefined) {
      throw new AppError('unsupported', `Commit ${at.slice(0, 12)} has no parent: a history of its own is not taken.`);
    }
    commits.unshift({ ...commit, oid: at });
    at = parent;
  }
  if (from !== null && at !== from) throw notForward();
  if (commits.length === 0) {
    throw new AppError('unsupported', 'There is no new commit in this push, so there is nothing to approve.', {
      next: 'Commit something first, then push.',
    });
  }
  return { parent: at, commits };
}

function tooMany(most: number): AppError {
  return new AppError('too_large', `One push may have ${most} commits, and this one has more.`, {
    next: 'Squash them into fewer (git rebase -i, or git reset --soft and one commit), then push.',
  });
}

function isMerge(oid: string): AppError {
  return new AppError('unsupported', `Commit ${oid.slice(0, 12)} is a merge, which is not taken.`, {
    next: 'Put your commits on top of the branch instead: git pull --rebase.',
  });
}

/** The answer to a push that would take commits from a branch; git's own is about the same. */
export function notForward(): AppError {
  return new AppError('conflict', 'The branch has commits that yours do not follow; nothing is forced here.', {
    next: 'Run git pull --rebase, then push again.',
  });
}
