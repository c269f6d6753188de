import { requirePermission } from '../../access.ts';
import { mustReadCommit } from '../../git/commits.ts';
import { findEntry } from '../../git/trees.ts';
import { nodeId, parseNodeId } from '../../ids.ts';
import { Refusal } from '../../refusal.ts';
import { fullName } from '../../repositories.ts';
import {
  findThreadById,
  type PlacedPull,
  type ReviewComment,
  type ReviewThread,
  reviewComments,
  reviewThreads,
  settleThread,
} from '../../review-threads.ts';
import { type PageArgs, pageOf } from '../connection.ts';
import type { Context, Fields } from '../field.ts';
import { actorSource, type PullSource, pullByNode, pullSource } from '../sources.ts';

type Source = PlacedPull & { thread: ReviewThread };
type CommentSource = Source & { comment: ReviewComment };

/** A page of a pull request's threads, oldest first. */
export function reviewThreadsOf({ repository, pull }: PullSource, args: PageArgs, { forge }: Context) {
  const threads = reviewThreads(forge, pull).map((thread): Source => ({ repository, pull, thread }));
  return pageOf(threads, args, 'reviewThreads');
}

type Input = { input: { threadId: string; clientMutationId?: string | null } };

const settling =
  (resolved: boolean) =>
  async (_: unknown, { input }: Input, context: Context) => {
    const parsed = parseNodeId(input.threadId);
    const found =
      parsed?.kind === 'PullRequestReviewThread'
        ? await findThreadById(context.forge, Number(parsed.key[0]))
        : undefined;
    if (!found) throw new Refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${input.threadId}'`);
    // Refuses a pull request that this token does not reach.
    const { repository, pull } = await pullByNode(context, nodeId('PullRequest', found.pull.id));
    const thread = settleThread(context.forge, context.token, found.thread, resolved);
    return { clientMutationId: input.clientMutationId ?? null, thread: { repository, pull, thread } };
  };

/** The mutations of threads. */
export const threadMutations = { resolveReviewThread: settling(true), unresolveReviewThread: settling(false) };

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
    createdAt: reading(({ comment }: CommentSource) => comment.createdAt),
    url: reading(
      ({ repository, pull, comment }: CommentSource, _, { forge }) =>
        `${forge.site.url}/${fullName(repository)}/pull/${pull.number}#discussion_r${comment.id}`,
    ),
  },
};
