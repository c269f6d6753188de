import type { RepoState } from '#capabilities/repo/types.ts';
import type { ContentReader, Effect, FileEffect } from '#shared/tools/index.ts';
import { stateAfter } from './apply.ts';
import { fieldEffects, fileEffects, stateOf } from './effects.ts';
import { filesByPath, plannedPaths } from './file-plan.ts';
import { joinMessage } from './message.ts';
import type { PlannedCommit } from './planned-commits.ts';

/** What several commits do to files: what they come to, and what each of them does; nothing of each of a lone one. */
export type CommitEffects = {
  readonly sum: readonly FileEffect[];
  readonly each: readonly (readonly FileEffect[])[];
};

/** Each commit is held against the one before it, the first against what is there. */
export function commitEffects(
  commits: readonly PlannedCommit[],
  before: RepoState,
  contents: ContentReader,
): CommitEffects {
  const [first] = commits;
  if (first !== undefined && commits.length === 1) return { sum: fileEffects(first, before, contents), each: [] };
  let state = before;
  const each = commits.map((commit) => {
    const effects = fileEffects(commit, state, contents);
    state = stateAfter(state, commit, contents);
    return effects;
  });
  return { sum: sumOf(commits, before, state), each };
}

/** What is otherwise at the end than at the beginning. A file that came and went is no part of it. */
function sumOf(commits: readonly PlannedCommit[], before: RepoState, after: RepoState): readonly FileEffect[] {
  const moves = commits.flatMap(({ additions }) => additions.filter(({ movedFrom }) => movedFrom !== null));
  const sources = new Map(moves.map(({ path, movedFrom }) => [path, movedFrom]));
  const [wasAt, isAt] = [filesByPath(before), filesByPath(after)];
  return pathsOfCommits(commits)
    .toSorted()
    .flatMap((path): FileEffect[] => {
      const [was, is] = [stateOf(wasAt(path)), stateOf(isAt(path))];
      const isSame = was?.content.sha256 === is?.content.sha256 && was?.mode === is?.mode;
      if (isSame) return [];
      const from = sources.get(path) ?? null;
      const isMoved = was === null && from !== null && wasAt(from) !== null && isAt(from) === null;
      return [{ kind: 'file', path, ...(isMoved && { movedFrom: from }), before: was, after: is }];
    });
}

/** Every path that the commits write, once. */
export function pathsOfCommits(commits: readonly PlannedCommit[]): readonly string[] {
  return [...new Set(commits.flatMap((commit) => plannedPaths(commit)))];
}

/** What they come to with the message of each, and of several what each alone does. */
export function commitsShown(commits: readonly PlannedCommit[], { sum, each }: CommitEffects): readonly Effect[] {
  const shown = commits.flatMap((commit, index): readonly Effect[] => {
    const target = commits.length === 1 ? 'commit' : `commit ${index + 1} of ${commits.length}`;
    const files = (each[index] ?? []).map((file): FileEffect => ({ ...file, commit: index + 1 }));
    return [...fieldEffects(target, { message: [null, joinMessage(commit)] }), ...files];
  });
  return commits.length === 1 ? [...shown, ...sum] : [...sum, ...shown];
}

/** The effects of all, what several do alike once: what only a commit on the way does counts too. */
export function allOnce({ sum, each }: CommitEffects): readonly FileEffect[] {
  const all = [...each.flat(), ...sum];
  return [
    ...new Map(all.map((effect) => [JSON.stringify([effect.path, effect.before, effect.after]), effect])).values(),
  ];
}
