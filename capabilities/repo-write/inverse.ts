import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { type FilePlan, fileIn, plannedPaths } from './file-plan.ts';

/** The files that put a state back, those of them that someone else changed since, and those that cannot be put back. */
export type Inverse = {
  readonly files: FilePlan;
  readonly overwrites: readonly string[];
  /** Each path that stands in the way, with why. */
  readonly conflicts: readonly string[];
};

/** What puts each path back to what it was before a plan was carried out, given what is there now. */
export function invert(
  done: { readonly plan: FilePlan; readonly before: RepoState },
  now: RepoState,
  choice: RestoreChoice,
): Inverse {
  const files: FilePlan = { additions: [], deletions: [] };
  const overwrites: string[] = [];
  const conflicts: string[] = [];
  for (const path of plannedPaths(done.plan)) {
    const before = fileIn(done.before, path);
    const there = fileIn(now, path);
    // Somebody may have put it back already.
    if (sameFile(before, there)) continue;
    const ours = isAsLeft(done, path, now);
    if (!ours && choice !== 'overwrite') {
      conflicts.push(`${quote(path)}: ${changedTo(now, path)} since`);
      continue;
    }
    const obstacle = obstacleTo(before, there, now.blocked.includes(path));
    if (obstacle !== null) {
      conflicts.push(`${quote(path)}: ${obstacle}`);
      continue;
    }
    if (!ours) overwrites.push(path);
    if (before === null) files.deletions.push(path);
    else files.additions.push({ path, content: before.content, movedFrom: null });
  }
  return { files, overwrites, conflicts };
}

/**
 * Whether a path is exactly as the plan left it. The plan says so, not what was read after it was carried out: by then
 * somebody else may already have been there.
 */
function isAsLeft(
  done: { readonly plan: FilePlan; readonly before: RepoState },
  path: string,
  now: RepoState,
): boolean {
  if (now.blocked.includes(path)) return false;
  const there = fileIn(now, path);
  const added = done.plan.additions.find((addition) => addition.path === path);
  if (added === undefined) return there === null;
  const mode = fileIn(done.before, path)?.mode ?? '100644';
  return there !== null && there.content.sha256 === added.content.sha256 && there.mode === mode;
}

function sameFile(one: FoundFile | null, other: FoundFile | null): boolean {
  if (one === null || other === null) return one === other;
  return one.content.sha256 === other.content.sha256 && one.mode === other.mode;
}

/** Why a commit, which can set no mode, cannot turn what is there into what was before; null when it can. */
function obstacleTo(before: FoundFile | null, there: FoundFile | null, blocked: boolean): string | null {
  if (blocked) return 'a folder is there now, or a folder above it is a file';
  if (there !== null && there.mode !== '100644' && there.mode !== before?.mode) {
    return 'it is executable, a link or a submodule now, which could not be put back again';
  }
  if (before !== null && before.mode !== (there?.mode ?? '100644')) {
    return 'it was executable, a link or a submodule before, which cannot be written here';
  }
  return null;
}

function changedTo(now: RepoState, path: string): string {
  if (now.blocked.includes(path)) return 'it became a folder';
  return fileIn(now, path) === null ? 'it was deleted' : 'it was changed';
}

function quote(text: string): string {
  return JSON.stringify(text);
}
