import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { NotDone, type Receipts, type Step } from '#shared/tools/index.ts';
import { builtStep } from './built-step.ts';
import { commitLanded } from './commit-landed.ts';
import { withTrailer } from './mark.ts';
import { type CommitsPlan, isBuilt, type PlannedCommit } from './planned-commits.ts';
import type { RepoWriter } from './ports.ts';
import { commitStepName, madeBy } from './receipts.ts';
import { historyDepth } from './state.ts';

/**
 * Makes the commits, one request and one step for each; where one of them sets modes, all are built first and the branch
 * moves to the last in one step. The backend's own precondition is that the branch is still at the expected head.
 */
export function commitSteps(plan: CommitsPlan): readonly Step<RepoReader, RepoWriter>[] {
  if (isBuilt(plan)) return [builtStep({ ...plan, from: plan.expectedHead })];
  return plan.commits.map((commit, index) => commitStep(plan, commit, index));
}

function commitStep(plan: CommitsPlan, commit: PlannedCommit, index: number): Step<RepoReader, RepoWriter> {
  const { repository, branch } = plan;
  return {
    name: commitStepName(index),
    repeat: 'guarded',
    run: async ({ write, mark, contents, earlier }) => {
      const expectedHead = parentOf(plan, index, earlier);
      if (expectedHead === null) throw new NotDone('refused', 'Which commit the step before made is not known.');
      return write.commit({
        ...{ repository, branch, expectedHead },
        headline: commit.headline,
        body: withTrailer(commit.body, mark),
        additions: commit.additions.map(({ path, content }) => ({ path, bytes: contents.get(content) })),
        deletions: [...commit.deletions],
      });
    },
    landed: async (reader, mark, earlier, contents) => {
      const expectedHead = parentOf(plan, index, earlier);
      if (expectedHead === null) return 'not_found';
      const history = await reader.history(repository.name, branch, historyDepth);
      const known = plan.commits.slice(0, index).flatMap((_, before) => madeBy(earlier, commitStepName(before)) ?? []);
      const one = { ...commit, repository, expectedHead };
      return commitLanded(one, { history, known, mark, reader, contents });
    },
  };
}

/** Each commit stands on the one before it, wherever that came to be; null where nobody knows. */
function parentOf(plan: CommitsPlan, index: number, earlier: Receipts): string | null {
  return index === 0 ? plan.expectedHead : madeBy(earlier, commitStepName(index - 1));
}
