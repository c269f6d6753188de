import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { RepoTarget } from '#capabilities/repo/types.ts';
import type { PullRequestChange, RepoWriter } from '#capabilities/repo-write/ports.ts';
import { inDoubt, notDone, writeError } from '#shared/github/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import type { SendGraphql } from '#shared/github/graphql.ts';
import type { Upload } from '#shared/http/upload.ts';
import { conversationWriter } from './conversation.ts';
import { type BuildRequests, commitBuilder } from './git-data.ts';
import * as mutations from './mutations.ts';
import { reviewRequests } from './review-requests.ts';
import { assertBase, assertUnchanged } from './unchanged.ts';
import { mergeOnTop } from './updated-branch.ts';

const zeroOid = '0'.repeat(40);

/** GitHub echoes it: an answer without a field of its own then still shows that it is one. */
const clientMutationId = 'countersign';

/** Sends one mutation, once. Throws `NotDone` where the answer proves that nothing was done. */
export type Mutate = <T>(
  mutation: mutations.Mutation<T>,
  input: Record<string, unknown>,
  uploads?: readonly Upload[],
) => Promise<T>;

/**
 * Writes to one repository on GitHub. Each method is one request, sent once, but for the building of commits: nothing is
 * tried again, no redirect is followed, and an answer that does not prove what happened is an error that leaves it in
 * doubt.
 */
export function githubWriter({
  graphql,
  rest,
  target,
}: {
  readonly graphql: SendGraphql;
  readonly rest: BuildRequests;
  readonly target: RepoTarget;
}): RepoWriter {
  const mutate: Mutate = (mutation, input, uploads) =>
    send((document, variables) => graphql(document, variables, uploads), mutation, { ...input, clientMutationId });
  const assertTarget = (repository: { readonly id: number }): void => {
    if (repository.id !== target.repositoryId) {
      throw notDone('refused', new Error('the step writes to another repository than its permit says'));
    }
  };
  const build = commitBuilder(rest);
  const reviews = reviewRequests(rest);
  return {
    createBranch: async ({ repository, branch, oid }) => {
      assertTarget(repository);
      const input = { repositoryId: repository.nodeId, name: `refs/heads/${branch}`, oid };
      const { ref } = await mutate(mutations.createRef, input);
      if (ref.target.oid !== oid) throw inDoubt(new Error('the new branch is at another commit'));
    },
    commit: async ({ repository, branch, expectedHead, headline, body, additions, deletions }) => {
      assertTarget(repository);
      const uploads = new Map(additions.map(({ path, bytes }) => [path, { token: randomUUID(), bytes }]));
      const input = {
        branch: { repositoryNameWithOwner: repository.name, branchName: branch },
        expectedHeadOid: expectedHead,
        message: { headline, body },
        fileChanges: {
          additions: Array.from(uploads, ([path, { token }]) => ({ path, contents: token })),
          deletions: deletions.map((path) => ({ path })),
        },
      };
      const { commit } = await mutate(mutations.createCommitOnBranch, input, [...uploads.values()]);
      return { oid: commit.oid, url: commit.url, verified: commit.signature?.isValid ?? false };
    },
    buildCommit: async (input) => {
      assertTarget(input.repository);
      return build(input);
    },
    moveBranch: async ({ repository, branch, from, to }) => {
      assertTarget(repository);
      const update = { name: `refs/heads/${branch}`, beforeOid: from ?? zeroOid, afterOid: to };
      await mutate(mutations.updateRefs, { repositoryId: repository.nodeId, refUpdates: [update] });
    },
    openPullRequest: async ({ repository, head, base, title, body, draft }) => {
      assertTarget(repository);
      const { pullRequest } = await mutate(mutations.createPullRequest, {
        repositoryId: repository.nodeId,
        headRefName: head,
        baseRefName: base,
        title,
        body,
        draft,
      });
      return { number: pullRequest.number, nodeId: pullRequest.id, url: pullRequest.url };
    },
    closePullRequest: async ({ nodeId }) => {
      await mutate(mutations.closePullRequest, { pullRequestId: nodeId });
    },
    reopenPullRequest: async ({ nodeId }) => {
      await mutate(mutations.reopenPullRequest, { pullRequestId: nodeId });
    },
    changePullRequest: async ({ nodeId, from, to }) => {
      await assertUnchanged(graphql, nodeId, from);
      await mutate(...turning(nodeId, to));
    },
    mergePullRequest: async ({ nodeId, expectedHead, base, method, message }) => {
      await assertBase(graphql, nodeId, base);
      const { pullRequest } = await mutate(mutations.mergePullRequest, {
        pullRequestId: nodeId,
        expectedHeadOid: expectedHead,
        mergeMethod: method.toUpperCase(),
        ...(message && { commitHeadline: message.headline, commitBody: message.body }),
      });
      const { oid, url, signature } = pullRequest.mergeCommit;
      return { oid, url, verified: signature?.isValid ?? false };
    },
    updateBranch: async ({ nodeId, expectedHead, base }) => {
      await assertBase(graphql, nodeId, base, { draft: true });
      const input = { pullRequestId: nodeId, expectedHeadOid: expectedHead, updateMethod: 'MERGE' };
      const { pullRequest } = await mutate(mutations.updatePullRequestBranch, input);
      return mergeOnTop(graphql, { nodeId, expectedHead }, pullRequest);
    },
    rewindBranch: async ({ repository, branch, from, to }) => {
      assertTarget(repository);
      const update = { name: `refs/heads/${branch}`, beforeOid: from, afterOid: to, force: true };
      await mutate(mutations.updateRefs, { repositoryId: repository.nodeId, refUpdates: [update] });
    },
    revertPullRequest: async ({ nodeId, title, body, draft }) => {
      const input = { pullRequestId: nodeId, title, body, draft };
      const { revertPullRequest: made } = await mutate(mutations.revertPullRequest, input);
      return { number: made.number, nodeId: made.id, url: made.url };
    },
    requestReviews: async (input) => {
      assertTarget(input.repository);
      await reviews.requestReviews(input);
    },
    withdrawReviewRequests: async (input) => {
      assertTarget(input.repository);
      await reviews.withdrawReviewRequests(input);
    },
    ...conversationWriter({ graphql, mutate }),
    deleteBranch: async ({ repository, branch, expectedHead }) => {
      assertTarget(repository);
      const update = { name: `refs/heads/${branch}`, beforeOid: expectedHead, afterOid: zeroOid };
      await mutate(mutations.updateRefs, { repositoryId: repository.nodeId, refUpdates: [update] });
    },
  };
}

/** The one mutation that makes a change of a pull request. */
function turning(
  pullRequestId: string,
  to: PullRequestChange,
): [mutation: mutations.Mutation<unknown>, input: Record<string, unknown>] {
  if ('state' in to) {
    return [to.state === 'closed' ? mutations.closePullRequest : mutations.reopenPullRequest, { pullRequestId }];
  }
  if ('draft' in to) {
    const { convertPullRequestToDraft, markPullRequestReadyForReview } = mutations;
    return [to.draft ? convertPullRequestToDraft : markPullRequestReadyForReview, { pullRequestId }];
  }
  if ('base' in to) return [mutations.updatePullRequest, { pullRequestId, baseRefName: to.base }];
  return [mutations.updatePullRequest, { pullRequestId, ...to }];
}

/**
 * The mutation's own answer. An answer that has it counts although an error stands beside it: the write was done, and
 * only something that was asked about it failed.
 */
async function send<T>(graphql: SendGraphql, mutation: mutations.Mutation<T>, input: unknown): Promise<T> {
  const { name, document, answer } = mutation;
  const data = await graphql(document, { input }).catch((error: unknown) => {
    const failure = failureOf(error);
    if (failure.kind === 'graphql' && resultOf(failure.data, name, answer) !== undefined) return failure.data;
    throw writeError(error, name);
  });
  const result = resultOf(data, name, answer);
  if (result === undefined) throw inDoubt(new Error(`the answer to ${name} is not complete`));
  return result;
}

function resultOf<T>(data: unknown, name: string, answer: z.ZodType<T>): T | undefined {
  return z.object({ [name]: answer }).safeParse(data).data?.[name];
}
