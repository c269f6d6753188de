import type { RepoState } from '#capabilities/repo/types.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';
import { planFiles, stateAfter } from './apply.ts';
import type { AskedCommit } from './commits-input.ts';
import { asBuilt, checkPayload, type FilePlan } from './file-plan.ts';
import { splitMessage } from './message.ts';
import type { PlannedCommit } from './planned-commits.ts';

/** Plans commits one after the other, each on what the one before leaves. Where one has to be built, all are. */
export function planCommits(
  asked: readonly AskedCommit[],
  before: RepoState,
  contents: Contents,
): readonly [PlannedCommit, ...PlannedCommit[]] {
  const planned: { readonly state: RepoState; readonly files: FilePlan }[] = [];
  for (const [index, { files }] of asked.entries()) {
    const last = planned.at(-1);
    const state = last === undefined ? before : stateAfter(last.state, last.files, contents);
    planned.push({ state, files: named(asked.length, index, () => planFiles(files, state, contents)) });
  }
  checkPayload({ additions: planned.flatMap(({ files }) => files.additions) });
  const isBuilt = planned.some(({ files }) => files.via === 'git_data');
  const commits = planned.map(({ state, files }, index): PlannedCommit => {
    return { ...splitMessage(asked[index]?.message ?? ''), ...(isBuilt ? asBuilt(files, state) : files) };
  });
  const [first, ...more] = commits;
  if (first === undefined) throw new TypeError('a change has a commit');
  return [first, ...more];
}

/** Of several commits, an error says which one it is about. */
function named<T>(count: number, index: number, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (count === 1 || !(error instanceof AppError)) throw error;
    const { code, message, next } = error;
    throw new AppError(code, `commits[${index}]: ${message}`, next === undefined ? {} : { next });
  }
}
