import { isBinary, mostShown } from '#capabilities/repo/encoding.ts';
import type { RepoState } from '#capabilities/repo/types.ts';
import type { ContentReader, FileEffect, FileState } from '#shared/tools/index.ts';
import { stateOf } from '../effects.ts';
import { fileIn } from '../file-plan.ts';
import { pushedPaths } from './input.ts';
import type { PushedCommit, PushPlan } from './plan.ts';

/** What each commit does to the files that it writes, and what all of them come to. */
export type PushedEffects = {
  readonly sum: readonly FileEffect[];
  readonly commits: readonly (readonly FileEffect[])[];
};

/** Each commit is held against the one before it, the first against what is there. */
export function effectsOf(
  { commits }: Pick<PushPlan, 'commits'>,
  before: RepoState,
  contents: ContentReader,
): PushedEffects {
  const paths = [...pushedPaths(commits)].sort();
  const first = new Map(paths.map((path) => [path, stateOf(fileIn(before, path))]));
  const now = new Map(first);
  const each = commits.map(({ files }) =>
    sorted(files).map((file): FileEffect => {
      const { path } = file;
      const effect: FileEffect = { kind: 'file', path, before: now.get(path) ?? null, after: afterOf(file, contents) };
      now.set(path, effect.after);
      return effect;
    }),
  );
  const sum = paths.flatMap((path): FileEffect[] => {
    const [was, is] = [first.get(path) ?? null, now.get(path) ?? null];
    return isSame(was, is) ? [] : [{ kind: 'file', path, before: was, after: is }];
  });
  return { sum, commits: each };
}

type PushedFile = PushedCommit['files'][number];

function sorted(files: readonly PushedFile[]): readonly PushedFile[] {
  return [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function afterOf(file: PushedFile, contents: ContentReader): FileState | null {
  if ('delete' in file) return null;
  const { content, mode } = file;
  return { content, mode, binary: content.bytes > mostShown || isBinary(contents.text(content)) };
}

export function isSame(one: FileState | null, other: FileState | null): boolean {
  if (one === null || other === null) return one === other;
  return one.content.sha256 === other.content.sha256 && one.mode === other.mode;
}
