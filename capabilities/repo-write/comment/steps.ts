import { hasComment, withComment } from '#capabilities/common/mark-comment.ts';
import type { PullRequestComment } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { Landed, Mark, Step } from '#shared/tools/index.ts';
import type { RepoWriter } from '../ports.ts';
import { type AddPlan, type CommentPlan, type DeletePlan, sameText } from './plan.ts';

type RepoStep = Step<RepoReader, RepoWriter>;

export function commentSteps(plan: CommentPlan): readonly RepoStep[] {
  return [plan.kind === 'add' ? add(plan) : remove(plan)];
}

/** Nothing keeps a backend from adding a comment twice: one whose answer was lost and that is not found is a person's. */
function add(plan: AddPlan): RepoStep {
  return {
    name: 'comment',
    repeat: 'never',
    run: ({ write, mark }) => {
      const body = withComment(plan.body, mark);
      const { thread, pullRequest } = plan;
      return thread === undefined
        ? write.comment({ pullRequest: pullRequest.nodeId, body })
        : write.replyInThread({ thread: thread.nodeId, body });
    },
    landed: (reader, mark) =>
      plan.thread === undefined ? commentLanded(plan, reader, mark) : replyLanded(plan, plan.thread, reader, mark),
  };
}

const pages = 5;

/**
 * Our mark alone proves nothing: whoever reads it off our comment can write it into another. What has our mark and our
 * name but other words was changed since, so a person has to look.
 */
async function commentLanded(plan: AddPlan, reader: RepoReader, mark: Mark): Promise<Landed> {
  const own = await reader.ownLogin();
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const listed = await reader.comments(plan.repository.name, plan.pullRequest.number, { limit: 50, cursor });
    const found = landedAmong(plan, listed.items, own, mark);
    if (found !== null) return found;
    if (listed.cursor === null) return 'not_found';
    cursor = listed.cursor;
  }
  return 'unclear';
}

/** The same for an answer at a line, which is among the newest there unless very many came after it. */
async function replyLanded(
  plan: AddPlan,
  { nodeId }: NonNullable<AddPlan['thread']>,
  reader: RepoReader,
  mark: Mark,
): Promise<Landed> {
  const at = { number: plan.pullRequest.number, nodeId };
  const [own, thread] = await Promise.all([reader.ownLogin(), reader.reviewThread(plan.repository.name, at)]);
  if (thread === null) return 'unclear';
  const isWhole = thread.newest.length === thread.total;
  return landedAmong(plan, thread.newest, own, mark) ?? (isWhole ? 'not_found' : 'unclear');
}

function landedAmong(
  plan: AddPlan,
  comments: readonly PullRequestComment[],
  own: string,
  mark: Mark,
): Exclude<Landed, 'not_found'> | null {
  const ours = comments.find(({ author, body }) => author === own && hasComment(body, mark));
  if (ours === undefined) return null;
  const { nodeId, url } = ours;
  return sameText(ours.body, withComment(plan.body, mark)) ? { landed: { nodeId, url } } : 'unclear';
}

/** What is deleted cannot be deleted again, and its id is never another's: this may be repeated. */
function remove({ repository, pullRequest, comment, thread }: DeletePlan): RepoStep {
  const receipt = { deleted: comment.nodeId };
  return {
    name: 'delete_comment',
    repeat: 'guarded',
    run: async ({ write }) => {
      await write.deleteComment({ nodeId: comment.nodeId, body: comment.body, atLine: thread !== undefined });
      return receipt;
    },
    landed: async (reader) => {
      const at = { number: pullRequest.number, nodeId: comment.nodeId };
      return (await reader.comment(repository.name, at)) === null ? { landed: receipt } : 'not_found';
    },
  };
}
