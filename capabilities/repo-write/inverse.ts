import { isBinary } from '#capabilities/repo/encoding.ts';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import type { ContentReader, Done, Part, RestoreChoice, Side } from '#shared/tools/index.ts';
import { type Addition, type FileMode, type FilePlan, fileIn, modeAfter, plannedPaths, planOf } from './file-plan.ts';

/** Changes of files that were carried out. */
export type DoneFiles = Pick<Done<RepoState, FilePlan>, 'plan' | 'before' | 'first' | 'between'>;

/** The files that put a state back, those of them that someone else changed since, and those that cannot be put back. */
export type Inverse = {
  readonly files: FilePlan;
  readonly overwrites: readonly string[];
  /** Each path that stands in the way, with why. */
  readonly conflicts: readonly string[];
};

/** What puts each path back to what it was before a plan was carried out, given what is there now. */
export function invert(done: DoneFiles, now: RepoState, choice: RestoreChoice): Inverse {
  const additions: (Addition & { mode: FileMode })[] = [];
  const deletions: string[] = [];
  const overwrites: string[] = [];
  const conflicts: string[] = [];
  for (const path of plannedPaths(done.plan)) {
    const one = invertPath(done, path, now, choice);
    if (one === null) continue;
    if ('conflict' in one) {
      conflicts.push(`${quote(path)}: ${one.conflict}`);
      continue;
    }
    if (one.overwrites) overwrites.push(path);
    if (one.wanted === null) deletions.push(path);
    else additions.push({ path, content: one.wanted.content, movedFrom: null, mode: one.wanted.mode });
  }
  return { files: planOf({ additions, deletions }, now), overwrites, conflicts };
}

type Writable = FoundFile & { readonly mode: FileMode };

/** What becomes of one path: null where there is nothing to do. */
function invertPath(
  done: DoneFiles,
  path: string,
  now: RepoState,
  choice: RestoreChoice,
): { readonly conflict: string } | { readonly wanted: Writable | null; readonly overwrites: boolean } | null {
  if (standingOf(done, path, now).standing === 'back') return null;
  const isOurs = isAsLeft(done, path, now);
  const isTouched = !isOurs || done.between.includes(path);
  if ((isTouched && choice === 'refuse') || (!isOurs && choice === 'untouched')) {
    return { conflict: changedTo(done, now, path) };
  }
  // What others did between our own changes comes back, unless it is to be overwritten too.
  const wanted = fileIn(choice === 'overwrite' ? done.first : done.before, path);
  const there = fileIn(now, path);
  const isBlocked = now.blocked.includes(path);
  if (!isBlocked && sameFile(wanted, there)) return null;
  const obstacle = obstacleTo(wanted, there, isBlocked);
  if (obstacle !== null || (wanted !== null && !isWritable(wanted))) return { conflict: obstacle ?? submodule };
  return { wanted, overwrites: isTouched && choice === 'overwrite' };
}

function isWritable(file: FoundFile): file is Writable {
  return file.mode !== '160000';
}

/** Before, as we left it and now, for each file of a plan that was carried out. */
export function compareFiles(done: DoneFiles, now: RepoState, contents: ContentReader): readonly Part[] {
  return plannedPaths(done.plan).map((path) => {
    const by = now.files.find((entry) => entry.path === path)?.changedBy;
    const { standing, why } = standingOf(done, path, now);
    return {
      name: path,
      before: sideOf(fileIn(done.first, path)),
      left: leftSide(done, path, contents),
      now: sideOf(fileIn(now, path)),
      standing,
      later: by === undefined || standing !== 'changed' ? [] : [{ id: by.oid, author: by.author }],
      why: standing === 'changed' ? `${capital(changedTo(done, now, path))}.` : why && `${capital(why)}.`,
    };
  });
}

/** Where a path stands; the one judgement that the view and the restore share. */
function standingOf(done: DoneFiles, path: string, now: RepoState): Pick<Part, 'standing' | 'why'> {
  const [first, before, there] = [fileIn(done.first, path), fileIn(done.before, path), fileIn(now, path)];
  const blocked = now.blocked.includes(path);
  // Somebody may have put it back already.
  if (!blocked && sameFile(first, there) && sameFile(before, there)) return { standing: 'back', why: null };
  const obstacle = obstacleTo(first, there, blocked);
  const touched = !isAsLeft(done, path, now) || done.between.includes(path);
  if (touched && obstacle === null) return { standing: 'changed', why: null };
  if (obstacle === null) return { standing: 'as_left', why: null };
  return { standing: 'cannot', why: touched ? `${changedTo(done, now, path)}: ${obstacle}` : obstacle };
}

/**
 * Whether a path is exactly as the plan left it. The plan says so, not what was read after it was carried out: by then
 * somebody else may already have been there.
 */
export function isAsLeft(done: Pick<DoneFiles, 'plan' | 'before'>, path: string, now: RepoState): boolean {
  if (now.blocked.includes(path)) return false;
  const there = fileIn(now, path);
  const added = done.plan.additions.find((addition) => addition.path === path);
  if (added === undefined) return there === null;
  const mode = modeAfter(added, fileIn(done.before, path));
  return there !== null && there.content.sha256 === added.content.sha256 && there.mode === mode;
}

function leftSide({ plan, before }: DoneFiles, path: string, contents: ContentReader): Side {
  const added = plan.additions.find((addition) => addition.path === path);
  if (added === undefined) return null;
  const mode = modeAfter(added, fileIn(before, path));
  return { file: { content: added.content, mode, binary: isBinary(contents.text(added.content)) } };
}

function sideOf(file: FoundFile | null): Side {
  return file && { file: { content: file.content, mode: file.mode, binary: file.binary } };
}

function sameFile(one: FoundFile | null, other: FoundFile | null): boolean {
  if (one === null || other === null) return one === other;
  return one.content.sha256 === other.content.sha256 && one.mode === other.mode;
}

const submodule = 'it is a submodule, now or before, which cannot be written here';

/** Why a commit cannot turn what is there into what was before; null when it can. */
function obstacleTo(before: FoundFile | null, there: FoundFile | null, blocked: boolean): string | null {
  if (blocked) return 'a folder is there now, or a folder above it is a file';
  return [before, there].some((file) => file !== null && !isWritable(file)) ? submodule : null;
}

function changedTo(done: DoneFiles, now: RepoState, path: string): string {
  if (isAsLeft(done, path, now)) return 'somebody else changed it between the changes';
  const by = now.files.find((entry) => entry.path === path)?.changedBy;
  const named = by === undefined ? '' : `, by ${by.author ?? 'somebody unknown'} in ${by.oid.slice(0, 12)}`;
  if (now.blocked.includes(path)) return `it became a folder since${named}`;
  return `${fileIn(now, path) === null ? 'it was deleted' : 'it was changed'} since${named}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
