import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import type { SendGraphql } from '#shared/github/graphql.ts';
import * as mutations from './mutations.ts';
import { assertSaid, assertThread } from './unchanged.ts';
import type { Mutate } from './writer.ts';

/** What is said on a pull request: in its conversation, and at its lines. */
export function conversationWriter({
  graphql,
  mutate,
}: {
  readonly graphql: SendGraphql;
  readonly mutate: Mutate;
}): Pick<RepoWriter, 'comment' | 'replyInThread' | 'deleteComment' | 'settleThread'> {
  return {
    comment: async ({ pullRequest, body }) => {
      const { commentEdge } = await mutate(mutations.addComment, { subjectId: pullRequest, body });
      return { nodeId: commentEdge.node.id, url: commentEdge.node.url };
    },
    replyInThread: async ({ thread, body }) => {
      const input = { pullRequestReviewThreadId: thread, body };
      const { comment } = await mutate(mutations.addPullRequestReviewThreadReply, input);
      return { nodeId: comment.id, url: comment.url };
    },
    deleteComment: async ({ nodeId, body, atLine }) => {
      await assertSaid(graphql, nodeId, body);
      const { deleteIssueComment, deletePullRequestReviewComment } = mutations;
      await mutate(atLine ? deletePullRequestReviewComment : deleteIssueComment, { id: nodeId });
    },
    settleThread: async ({ nodeId, resolved }) => {
      await assertThread(graphql, nodeId, { resolved: !resolved });
      const { resolveReviewThread, unresolveReviewThread } = mutations;
      await mutate(resolved ? resolveReviewThread : unresolveReviewThread, { threadId: nodeId });
    },
  };
}
