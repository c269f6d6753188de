import { hasComment, withComment } from '#capabilities/common/mark-comment.ts';
import type { PullRequest } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Landed, Mark, Step } from '#shared/tools/index.ts';
import { builtStep } from '../built-step.ts';
import { commitLanded } from '../commit-landed.ts';
import { commitSteps } from '../commit-step.ts';
import { isBuilt } from '../planned-commits.ts';
import type { RepoWriter } from '../ports.ts';
import { historyDepth } from '../state.ts';
import { commitsOf, type OpenPlan } from './plan.ts';

/**
 * Two calls, and one for each commit, whatever the number of files. Where a commit sets modes, the branch is made at the
 * last of them. Each is guarded by a precondition of the backend's own.
 */
export function openSteps(plan: OpenPlan): readonly Step<RepoReader, RepoWriter>[] {
  const { repository, branch, base } = plan;
  const commits = { repository, branch, expectedHead: base.oid, commits: commitsOf(plan) };
  const made = isBuilt(commits)
    ? [builtStep({ ...commits, from: null })]
    : [createBranch(plan), ...commitSteps(commits)];
  return [...made, openPullRequest(plan)];
}

function createBranch(plan: OpenPlan): Step<RepoReader, RepoWriter> {
  const receipt = { branch: plan.branch, oid: plan.base.oid };
  return {
    name: 'create_branch',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.createBranch({ repository: plan.repository, branch: plan.branch, oid: plan.base.oid });
      return receipt;
    },
    landed: async (reader, mark, _earlier, contents) => {
      const head = await reader.head(plan.repository.name, plan.branch);
      if (head === null) return 'not_found';
      if (head === plan.base.oid) return { landed: receipt };
      // The branch has grown: it is ours when our own commit is on it.
      const history = await reader.history(plan.repository.name, plan.branch, historyDepth);
      const commit = await commitLanded(
        { ...plan, expectedHead: plan.base.oid },
        { history, known: [], mark, reader, contents },
      );
      return typeof commit === 'string' ? 'unclear' : { landed: receipt };
    },
  };
}

/** What is opened, from which branch to which. */
type Opening = Pick<OpenPlan, 'repository' | 'branch' | 'base' | 'pullRequest'>;

export function openPullRequest(plan: Opening): Step<RepoReader, RepoWriter> {
  return {
    name: 'open_pull_request',
    repeat: 'guarded',
    run: ({ write, mark }) =>
      write.openPullRequest({
        repository: plan.repository,
        head: plan.branch,
        base: plan.base.name,
        title: plan.pullRequest.title,
        body: withComment(plan.pullRequest.body, mark),
        draft: plan.pullRequest.draft,
      }),
    landed: (reader, mark) => pullRequestLanded(plan, reader, mark),
  };
}

const pages = 5;

/**
 * Somebody else's pull request with our mark proves nothing: the mark can be read off our commit before ours is opened.
 */
async function pullRequestLanded(plan: Opening, reader: RepoReader, mark: Mark): Promise<Landed> {
  const own = await reader.ownLogin();
  const isOurs = (found: PullRequest) =>
    found.author === own && found.head === plan.branch && found.base === plan.base.name && hasComment(found.body, mark);
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const request = { limit: 50, cursor, state: 'all' as const, head: plan.branch };
    const listed = await reader.pullRequests(plan.repository.name, request);
    const found = listed.items.find(isOurs);
    if (found !== undefined) return { landed: { number: found.number, nodeId: found.nodeId, url: found.url } };
    if (listed.cursor === null) return 'not_found';
    cursor = listed.cursor;
  }
  return 'unclear';
}
