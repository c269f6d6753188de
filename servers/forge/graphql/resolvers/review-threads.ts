import { requirePermission } from '../../access.ts';
import { associationOf } from '../../associations.ts';
import { mustReadCommit } from '../../git/commits.ts';
import { findEntry } from '../../git/trees.ts';
import { nodeId } from '../../ids.ts';
import { notImplemented } from '../../refusal.ts';
import { fullName } from '../../repositories.ts';
import {
  deleteReviewComment,
  type PlacedReviewComment,
  type PlacedThread,
  replyInThread,
  reviewComments,
  reviewThreads,
  settleThread,
} from '../../review-threads.ts';
import { type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import { actorSource, type PullSource, pullSource, reviewCommentByNode, threadByNode } from '../sources.ts';

type Source = PlacedThread;
type CommentSource = PlacedReviewComment;

/** A page of a pull request's threads, oldest first. */
export function reviewThreadsOf({ repository, pull }: PullSource, args: PageArgs, { forge }: Context) {
  const threads = reviewThreads(forge, pull).map((thread): Source => ({ repository, pull, thread }));
  return pageOf(threads, args, 'reviewThreads');
}

type Input<T> = { input: T & { clientMutationId?: string | null } };
const answered = ({ clientMutationId }: Input<object>['input']) => ({ clientMutationId: clientMutationId ?? null });

const settling =
  (resolved: boolean) =>
  async (_: unknown, { input }: Input<{ threadId: string }>, context: Context) => {
    const found = await threadByNode(context, input.threadId);
    const thread = settleThread(context.forge, context.token, found.thread, resolved);
    return { ...answered(input), thread: { ...found, thread } };
  };

type ReplyInput = Input<{ pullRequestReviewThreadId: string; body: string; pullRequestReviewId?: string | null }>;

async function addReply(_: unknown, { input }: ReplyInput, context: Context) {
  if (input.pullRequestReviewId != null)
    throw notImplemented('AddPullRequestReviewThreadReplyInput.pullRequestReviewId');
  const found = await threadByNode(context, input.pullRequestReviewThreadId);
  const comment = await replyInThread(context.forge, context.token, found, input.body);
  return { ...answered(input), comment: { ...found, comment } };
}

async function remove(_: unknown, { input }: Input<{ id: string }>, context: Context) {
  await deleteReviewComment(context.forge, context.token, await reviewCommentByNode(context, input.id));
  return answered(input);
}

/** The mutations of threads. */
export const threadMutations = {
  resolveReviewThread: settling(true),
  unresolveReviewThread: settling(false),
  addPullRequestReviewThreadReply: addReply,
  deletePullRequestReviewComment: remove,
};

/** A thread is outdated when its file is another in the head than in the commit that it is about. */
async function isOutdated({ repository, pull, thread }: Source): Promise<boolean> {
  const at = async (oid: string) =>
    (await findEntry(repository.git, (await mustReadCommit(repository.git, oid)).tree, thread.path))?.oid;
  return (await at(thread.commit)) !== (await at(pull.headOid));
}

const reading =
  <S, Args>(answer: (source: S, args: Args, context: Context) => unknown) =>
  (source: S, args: Args, context: Context): unknown => {
    requirePermission(context.token, 'pull_requests', 'read');
    return answer(source, args, context);
  };

export const threadFields: Fields = {
  PullRequestReviewThread: {
    id: ({ thread }: Source) => nodeId('PullRequestReviewThread', thread.id),
    path: reading(({ thread }: Source) => thread.path),
    line: reading(async (source: Source) => ((await isOutdated(source)) ? null : source.thread.line)),
    startLine: reading(async (source: Source) => ((await isOutdated(source)) ? null : source.thread.startLine)),
    isResolved: reading(({ thread }: Source) => thread.resolvedBy !== null),
    isOutdated: reading(isOutdated),
    pullRequest: ({ repository, pull }: Source) => pullSource(repository, pull),
    comments: reading((source: Source, args: PageArgs, { forge }) =>
      pageOf(
        reviewComments(forge, source.thread).map((comment): CommentSource => ({ ...source, comment })),
        args,
        'comments',
      ),
    ),
  },
  PullRequestReviewComment: {
    id: ({ comment }: CommentSource) => nodeId('PullRequestReviewComment', comment.id),
    databaseId: ({ comment }: CommentSource) => comment.id,
    body: reading(({ comment }: CommentSource) => comment.body),
    path: reading(({ thread }: CommentSource) => thread.path),
    author: reading(({ comment }: CommentSource, _, context) => actorSource(context, comment.author)),
    authorAssociation: reading(({ repository, comment }: CommentSource, _, { forge }) =>
      associationOf(forge, repository, comment.author),
    ),
    editor: reading(() => null),
    pullRequest: ({ repository, pull }: CommentSource) => pullSource(repository, pull),
    createdAt: reading(({ comment }: CommentSource) => comment.createdAt),
    url: reading(
      ({ repository, pull, comment }: CommentSource, _, { forge }) =>
        `${forge.site.url}/${fullName(repository)}/pull/${pull.number}#discussion_r${comment.id}`,
    ),
  },
};
