import { type BranchUpdate, updateBranches } from '../../branches.ts';
import { commitOnBranch } from '../../commit-on-branch.ts';
import { mustReadCommit } from '../../git/commits.ts';
import { isOid } from '../../git/objects.ts';
import { parseNodeId } from '../../ids.ts';
import { mergePull, revertPull } from '../../merges.ts';
import { createPull, editPull, type PullEdit } from '../../pull-changes.ts';
import { notImplemented, Refusal } from '../../refusal.ts';
import type { Repository } from '../../repositories.ts';
import { updatePullBranch } from '../../update-branch.ts';
import type { Context, Fields } from '../field.ts';
import {
  commitSource,
  nodeSource,
  pullByNode,
  pullSource,
  refSource,
  repositoryByNode,
  repositoryNamed,
} from '../sources.ts';
import { commentMutations } from './comments.ts';
import { threadMutations } from './review-threads.ts';

type Input<T> = { input: T & { clientMutationId?: string | null } };

type CommitInput = Input<{
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: { path: string; contents: string }[] | null;
    deletions?: { path: string }[] | null;
  } | null;
}>;

async function createCommitOnBranch(_: unknown, { input }: CommitInput, context: Context) {
  const { repository, branch } = await committableBranch(context, input.branch);
  const commit = await commitOnBranch(context.forge, context.token, repository, {
    branch,
    expectedHeadOid: input.expectedHeadOid,
    headline: input.message.headline,
    body: input.message.body ?? '',
    additions: input.fileChanges?.additions ?? [],
    deletions: input.fileChanges?.deletions ?? [],
  });
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: commitSource(repository, await mustReadCommit(repository.git, commit)),
    ref: await refSource(repository, `refs/heads/${branch}`),
  };
}

async function committableBranch(
  context: Context,
  branch: CommitInput['input']['branch'],
): Promise<{ repository: Repository; branch: string }> {
  const { id, repositoryNameWithOwner: full, branchName } = branch;
  if (id != null && full == null && branchName == null) {
    const source = await nodeSource(context, id);
    if (source.typename !== 'Ref') throw new Refusal('UNPROCESSABLE', 'The id of the branch is not the id of a ref.');
    return { repository: source.repository, branch: source.name.slice('refs/heads/'.length) };
  }
  if (id != null || full == null || branchName == null) {
    throw new Refusal('UNPROCESSABLE', 'A branch is named by its id, or by repositoryNameWithOwner and branchName.');
  }
  const [owner = '', name = ''] = full.split('/');
  return { repository: repositoryNamed(context, owner, name), branch: branchName };
}

async function createRef(
  _: unknown,
  { input }: Input<{ repositoryId: string; name: string; oid: string }>,
  context: Context,
) {
  const repository = await repositoryByNode(context, input.repositoryId);
  if (await refSource(repository, input.name)) {
    throw new Refusal('UNPROCESSABLE', `A ref named "${input.name}" already exists in the repository.`);
  }
  const update = { name: input.name, before: null, after: input.oid, force: false };
  await updateBranches(context.forge, context.token, repository, [update]);
  return { clientMutationId: input.clientMutationId ?? null, ref: await refSource(repository, input.name) };
}

type RefUpdateInput = { name: string; afterOid: string; beforeOid?: string | null; force?: boolean | null };

async function updateRefs(
  _: unknown,
  { input }: Input<{ repositoryId: string; refUpdates: RefUpdateInput[] }>,
  context: Context,
) {
  const repository = await repositoryByNode(context, input.repositoryId);
  const updates = input.refUpdates.map((update): BranchUpdate => {
    const { name, beforeOid, afterOid, force } = update;
    const after = orAbsent(afterOid);
    if (beforeOid == null) return { name, after, force: force ?? false };
    return { name, before: orAbsent(beforeOid), after, force: force ?? false };
  });
  await updateBranches(context.forge, context.token, repository, updates);
  return { clientMutationId: input.clientMutationId ?? null };
}

/** The zero id means that the ref is, or shall be, absent. */
const orAbsent = (oid: string): string | null => (isOid(oid) && /^0+$/.test(oid) ? null : oid);

async function deleteRef(_: unknown, { input }: Input<{ refId: string }>, context: Context) {
  const source = parseNodeId(input.refId)?.kind === 'Ref' ? await nodeSource(context, input.refId) : undefined;
  if (source?.typename !== 'Ref') {
    throw new Refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${input.refId}'`);
  }
  const update = { name: source.name, after: null, force: true };
  await updateBranches(context.forge, context.token, source.repository, [update]);
  return { clientMutationId: input.clientMutationId ?? null };
}

type CreatePullInput = Input<{
  repositoryId: string;
  baseRefName: string;
  headRefName: string;
  headRepositoryId?: string | null;
  title: string;
  body?: string | null;
  draft?: boolean | null;
}>;

async function createPullRequest(_: unknown, { input }: CreatePullInput, context: Context) {
  const repository = await repositoryByNode(context, input.repositoryId);
  if (input.headRepositoryId != null && input.headRepositoryId !== input.repositoryId) {
    throw notImplemented('pull requests from forks');
  }
  const { title, body, draft, headRefName, baseRefName } = input;
  const wanted = { title, body: body ?? '', head: headRefName, base: baseRefName, draft: draft ?? false };
  const pull = await createPull(context.forge, context.token, repository, wanted);
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullSource(repository, pull) };
}

type UpdatePullInput = Input<{
  pullRequestId: string;
  title?: string | null;
  body?: string | null;
  baseRefName?: string | null;
  state?: 'OPEN' | 'CLOSED' | null;
}>;

const pullStates = { OPEN: 'open', CLOSED: 'closed' } as const;

const editable = ['pullRequestId', 'clientMutationId', 'title', 'body', 'baseRefName', 'state'];

async function updatePullRequest(_: unknown, { input }: UpdatePullInput, context: Context) {
  const other = Object.keys(input).find((key) => !editable.includes(key));
  if (other !== undefined) throw notImplemented(`UpdatePullRequestInput.${other}`);
  return edit(context, input, {
    title: input.title ?? undefined,
    body: input.body ?? undefined,
    base: input.baseRefName ?? undefined,
    state: input.state == null ? undefined : pullStates[input.state],
  });
}

async function edit(context: Context, input: Input<{ pullRequestId: string }>['input'], change: PullEdit) {
  const { repository, pull } = await pullByNode(context, input.pullRequestId);
  const edited = await editPull(context.forge, context.token, { repository, number: pull.number }, change);
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullSource(repository, edited) };
}

const editing =
  (change: PullEdit) =>
  (_: unknown, { input }: Input<{ pullRequestId: string }>, context: Context) =>
    edit(context, input, change);

type MergeInput = Input<{
  pullRequestId: string;
  expectedHeadOid?: string | null;
  mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE' | null;
  commitHeadline?: string | null;
  commitBody?: string | null;
  authorEmail?: string | null;
}>;

const methods = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const;

async function mergePullRequest(_: unknown, { input }: MergeInput, context: Context) {
  if (input.authorEmail != null) throw notImplemented('MergePullRequestInput.authorEmail');
  const { repository, pull } = await pullByNode(context, input.pullRequestId);
  const merged = await mergePull(
    context.forge,
    context.token,
    { repository, number: pull.number },
    {
      method: methods[input.mergeMethod ?? 'MERGE'],
      expectedHead: input.expectedHeadOid ?? undefined,
      headline: input.commitHeadline ?? undefined,
      body: input.commitBody ?? undefined,
    },
  );
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullSource(repository, merged) };
}

type UpdateBranchInput = Input<{
  pullRequestId: string;
  expectedHeadOid?: string | null;
  updateMethod?: 'MERGE' | 'REBASE' | null;
}>;

async function updatePullRequestBranch(_: unknown, { input }: UpdateBranchInput, context: Context) {
  if (input.updateMethod === 'REBASE') throw notImplemented('UpdatePullRequestBranchInput.updateMethod REBASE');
  const { repository, pull } = await pullByNode(context, input.pullRequestId);
  const target = { repository, number: pull.number };
  const updated = await updatePullBranch(context.forge, context.token, target, input.expectedHeadOid ?? undefined);
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullSource(repository, updated) };
}

type RevertInput = Input<{
  pullRequestId: string;
  title?: string | null;
  body?: string | null;
  draft?: boolean | null;
}>;

async function revertPullRequest(_: unknown, { input }: RevertInput, context: Context) {
  const { repository, pull } = await pullByNode(context, input.pullRequestId);
  const wanted = {
    title: input.title ?? undefined,
    body: input.body ?? undefined,
    draft: input.draft ?? false,
  };
  const made = await revertPull(context.forge, context.token, { repository, number: pull.number }, wanted);
  return {
    clientMutationId: input.clientMutationId ?? null,
    pullRequest: pullSource(repository, pull),
    revertPullRequest: pullSource(repository, made),
  };
}

type Payload = Record<string, unknown>;
const payload = (...names: string[]) =>
  Object.fromEntries(['clientMutationId', ...names].map((name) => [name, (source: Payload) => source[name]]));

export const mutationFields: Fields = {
  Mutation: {
    createCommitOnBranch,
    createRef,
    updateRefs,
    deleteRef,
    createPullRequest,
    updatePullRequest,
    closePullRequest: editing({ state: 'closed' }),
    reopenPullRequest: editing({ state: 'open' }),
    convertPullRequestToDraft: editing({ draft: true }),
    markPullRequestReadyForReview: editing({ draft: false }),
    mergePullRequest,
    revertPullRequest,
    updatePullRequestBranch,
    ...commentMutations,
    ...threadMutations,
  },
  CreateCommitOnBranchPayload: payload('commit', 'ref'),
  CreateRefPayload: payload('ref'),
  UpdateRefsPayload: payload(),
  DeleteRefPayload: payload(),
  CreatePullRequestPayload: payload('pullRequest'),
  UpdatePullRequestPayload: payload('pullRequest'),
  ClosePullRequestPayload: payload('pullRequest'),
  ReopenPullRequestPayload: payload('pullRequest'),
  ConvertPullRequestToDraftPayload: payload('pullRequest'),
  MarkPullRequestReadyForReviewPayload: payload('pullRequest'),
  MergePullRequestPayload: payload('pullRequest'),
  UpdatePullRequestBranchPayload: payload('pullRequest'),
  RevertPullRequestPayload: payload('pullRequest', 'revertPullRequest'),
  AddCommentPayload: payload('commentEdge', 'subject'),
  UpdateIssueCommentPayload: payload('issueComment'),
  DeleteIssueCommentPayload: payload(),
  LockLockablePayload: payload('lockedRecord'),
  AddPullRequestReviewThreadReplyPayload: payload('comment'),
  DeletePullRequestReviewCommentPayload: payload(),
  ResolveReviewThreadPayload: payload('thread'),
  UnresolveReviewThreadPayload: payload('thread'),
  UnlockLockablePayload: payload('unlockedRecord'),
};
