import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import type { FileAt, RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, FileEffect, SinceBase } from '#shared/tools/index.ts';
import { stateOf } from './effects.ts';
import { foundFile } from './state.ts';

/** So many files, and bytes of both of their sides together, are shown of a whole branch; the rest is counted. */
const most = { files: 100, bytes: 1024 * 1024 };

type State = NonNullable<RepoState['sinceBase']>;
type Both = { readonly path: string; readonly before: FileAt | null; readonly now: FileAt | null };

/**
 * What a branch changed since it left its base, with what will be written to it: so that people see beside one commit
 * the sum that it becomes part of. Undefined for a branch that goes nowhere.
 */
export async function sinceBaseOf(from: {
  readonly reader: RepoReader;
  readonly contents: Contents;
  readonly repository: string;
  /** Where the branch goes to, and the commit that is at; null where there is none. */
  readonly base: string;
  readonly baseHead: string | null;
  readonly branch: string;
  readonly head: string;
  /** What is to be written now. */
  readonly paths: readonly string[];
  /** What is known to stand at some paths of the head. */
  readonly known?: ReadonlyMap<string, FileAt | null>;
}): Promise<State | undefined> {
  const { reader, contents, repository, base, baseHead, branch, head, known = new Map() } = from;
  if (base === branch || baseHead === null) return undefined;
  const changed = await reader.changed(repository, baseHead, head);
  if (changed === null) return { base, mergeBase: null, files: [], leftOut: 0, cut: true };
  const paths = [...new Set([...from.paths, ...changed.paths])];
  const files: State['files'] = [];
  let bytes = 0;
  for (const { path, before, now } of await bothOf(reader, repository, [changed.from, head], paths, known)) {
    bytes += (before?.bytes?.length ?? 0) + (now?.bytes?.length ?? 0);
    if (bytes > most.bytes) break;
    files.push({ path, before: foundFile(before, contents), now: foundFile(now, contents) });
  }
  return { base, mergeBase: changed.from, files, leftOut: paths.length - files.length, cut: changed.cut };
}

/** The files at some paths of two commits, some of the later one known; none of them when one is so large that it would not be shown. */
async function bothOf(
  reader: RepoReader,
  repository: string,
  [from, to]: readonly [string, string],
  paths: readonly string[],
  known: ReadonlyMap<string, FileAt | null>,
): Promise<readonly Both[]> {
  const shown = paths.slice(0, most.files);
  const limits = new Map(shown.map((path) => [path, most.bytes]));
  const unknown = shown.filter((path) => !known.has(path));
  try {
    const [before, rest] = await Promise.all([
      reader.files(repository, from, shown, limits),
      unknown.length === 0 ? known : reader.files(repository, to, unknown, limits),
    ]);
    const now = new Map([...known, ...rest]);
    return shown.map((path) => ({ path, before: before.get(path) ?? null, now: now.get(path) ?? null }));
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_large') return [];
    throw error;
  }
}

/** The sum as it will be: what is written now counts as written. What is again as at the base is no part of it. */
export function sumOf(
  written: readonly FileEffect[],
  { sinceBase }: Pick<RepoState, 'sinceBase'>,
): { since_base?: SinceBase } {
  if (!sinceBase) return {};
  const { base, mergeBase, files, leftOut, cut } = sinceBase;
  const effects = files.flatMap(({ path, before, now }): FileEffect[] => {
    const plan = written.find((effect) => effect.path === path);
    const after = plan ? plan.after : stateOf(now);
    return isSame(before, after) ? [] : [{ kind: 'file', path, before: stateOf(before), after }];
  });
  effects.sort((one, other) => (one.path < other.path ? -1 : 1));
  return { since_base: { base, merge_base: mergeBase, effects, left_out: leftOut, cut } };
}

function isSame(before: FoundFile | null, after: FileEffect['after']): boolean {
  if (before === null || after === null) return before === after;
  return before.content.sha256 === after.content.sha256 && before.mode === after.mode;
}
