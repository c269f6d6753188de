import { hasComment, withComment } from '#capabilities/common/mark-comment.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { hasTrailer, withTrailer } from '#capabilities/repo-write/mark.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import type { Landed, Mark, Step } from '#shared/tools/index.ts';
import { type MergePlan, type MergingPlan, type RevertPlan, revertBranch } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

export function mergeSteps(plan: MergingPlan): readonly RepoStep[] {
  return [plan.kind === 'merge' ? merge(plan) : revert(plan)];
}

/** What is merged cannot be merged again, and the head is compared as it is merged. */
function merge(plan: MergePlan): RepoStep {
  const { pullRequest, head, base, method, message } = plan;
  return {
    name: 'merge_pull_request',
    repeat: 'guarded',
    run: ({ write, mark }) =>
      write.mergePullRequest({
        nodeId: pullRequest.nodeId,
        expectedHead: head.oid,
        base,
        method,
        message: message && { headline: message.headline, body: withTrailer(message.body, mark) },
      }),
    landed: (reader, mark) => mergeLanded(plan, reader, mark),
  };
}

/**
 * A merge of ours has our mark in its message and our account beside it. Rebased commits keep their messages, so that
 * whose merge it was is for a person to say.
 */
async function mergeLanded({ repository, pullRequest }: MergePlan, reader: RepoReader, mark: Mark): Promise<Landed> {
  const { name } = repository;
  const [own, found, pull] = await Promise.all([
    reader.ownLogin(),
    reader.merging(name, pullRequest.number),
    reader.pullRequest(name, pullRequest.number),
  ]);
  if (found === null || pull?.nodeId !== pullRequest.nodeId) return 'unclear';
  if (found.merged === null) return 'not_found';
  const { oid, by } = found.merged;
  const { items } = await reader.commits(name, { commit: oid, limit: 1 });
  const [commit] = items;
  if (by !== own || commit?.oid !== oid || !hasTrailer(commit.message, mark)) return 'unclear';
  return { landed: { oid, url: commit.url, verified: commit.verified } };
}

/** Whether a backend would make a second one is not said anywhere: it is not asked twice. */
function revert(plan: RevertPlan): RepoStep {
  const { repository, pullRequest, title, body, head } = plan;
  return {
    name: 'revert_pull_request',
    repeat: 'never',
    run: ({ write, mark }) =>
      write.revertPullRequest({
        nodeId: pullRequest.nodeId,
        title,
        body: withComment(body, mark),
        draft: true,
      }),
    landed: async (reader, mark): Promise<Landed> => {
      const own = await reader.ownLogin();
      const from = revertBranch(pullRequest.number, head);
      const { items } = await reader.pullRequests(repository.name, { limit: 50, state: 'all', head: from });
      const found = items.find((each) => each.author === own && hasComment(each.body, mark));
      if (found === undefined) return items.length === 0 ? 'not_found' : 'unclear';
      return { landed: { number: found.number, nodeId: found.nodeId, url: found.url } };
    },
  };
}
