import { shorten } from '#capabilities/common/text.ts';
import { type RepoState, repoState } from '#capabilities/repo/types.ts';
import type { Done, DoneBy } from '#shared/tools/index.ts';
import { type CommitFilesPlan, commitFilesPlan } from './commit-description.ts';
import { asBuilt, fileIn, plannedPaths } from './file-plan.ts';
import { isAsLeft } from './inverse.ts';
import { viewOfDone } from './push/views.ts';

export type DoneCommit = Done<RepoState, CommitFilesPlan>;

/** A commit that was made by `commit_files`, or pushed onto a branch that was there; null for anything else. */
export function asCommit(by: DoneBy): DoneCommit | null {
  const done = viewOfDone(by) ?? by;
  const plan = commitFilesPlan.safeParse(done.plan);
  if (done.tool !== 'commit_files' || !plan.success) return null;
  const [before, after, first] = [done.before, done.after, done.first].map((state) => repoState.parse(state));
  if (!before || !after || !first) return null;
  return { ...done, plan: plan.data, before, after, first };
}

/**
 * Two commits on one branch as one: all the paths of both, before the older and as the newer left them. Where somebody
 * else was in between, what they left is what can be put back without touching their work.
 */
export function combineCommits(older: DoneCommit, by: DoneBy): DoneCommit | null {
  const newer = asCommit(by);
  if (newer === null || !sameBranch(older.plan, newer.plan)) return null;
  const again = plannedPaths(older.plan).filter((path) => isIn(newer.plan, path));
  const foreign = again.filter((path) => !isAsLeft(older, path, newer.before));
  const modes = ({ plan, before }: DoneCommit) => asBuilt(plan, before).additions;
  const lone = (path: string): boolean => !isIn(newer.plan, path);
  return {
    plan: {
      ...older.plan,
      headline: shorten(`${newer.plan.headline}; ${older.plan.headline}`, 240),
      // What kept its mode kept the one that it had then, which need not be the first of both.
      additions: [...modes(older).filter(({ path }) => lone(path)), ...modes(newer)],
      deletions: [...older.plan.deletions.filter(lone), ...newer.plan.deletions],
    },
    before: joined(older.before, newer.before, (path) => isIn(older.plan, path) && !foreign.includes(path)),
    first: joined(older.first, newer.first, (path) => isIn(older.plan, path)),
    after: newer.after,
    receipts: newer.receipts,
    between: [...new Set([...older.between, ...newer.between, ...foreign])],
  };
}

function sameBranch(one: CommitFilesPlan, other: CommitFilesPlan): boolean {
  return one.repository.id === other.repository.id && one.branch === other.branch;
}

function isIn(plan: CommitFilesPlan, path: string): boolean {
  return plannedPaths(plan).includes(path);
}

/** The older state, with the files of both: from the older one where it says so. */
function joined(older: RepoState, newer: RepoState, fromOlder: (path: string) => boolean): RepoState {
  const paths = [...new Set([...older.files, ...newer.files].map(({ path }) => path))];
  const files = paths.map((path) => ({ path, file: fileIn(fromOlder(path) ? older : newer, path) }));
  return { ...older, files };
}
