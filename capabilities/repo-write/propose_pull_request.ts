import * as z from 'zod';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { type PullRequest, type RepoState, repoState } from '#capabilities/repo/types.ts';
import type { Look, RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { ContentReader, Contents, Receipts, Refusal, RestoreChoice, StillHolds } from '#shared/tools/index.ts';
import { pathsOfCommits } from './commit-effects.ts';
import { type AskedCommit, commitsInput } from './commits-input.ts';
import { asksOf, fileChanges, pathsOf, readsOf, sourcesOf, writtenIn } from './file-changes.ts';
import type { FileChange } from './file-forms.ts';
import { pullRequestText, pullRequestTitle, writtenMessage } from './message.ts';
import { ownershipAt } from './owners.ts';
import { planCommits } from './plan-commits.ts';
import {
  combinePullRequest,
  comparePullRequest,
  type DonePullRequest,
  leftAt,
  pullRequestRestoring,
} from './pull-request/compare.ts';
import { creditedOpen, describeOpen, openStillHolds, openTexts, withdrawOf } from './pull-request/open.ts';
import { openSteps } from './pull-request/open-steps.ts';
import { commitsOf, type OpenPlan, type PullRequestPlan, pullRequestPlan } from './pull-request/plan.ts';
import { pullRequestLeaves, pullRequestStandsOn } from './pull-request/things.ts';
import { describeReopen, describeWithdraw, reopenOf, undoStillHolds } from './pull-request/undo.ts';
import { reopenSteps, withdrawSteps } from './pull-request/undo-steps.ts';
import { committed, opened, opening } from './receipts.ts';
import { commitsAfter, foundHead, keptFiles, laterOf, lookedUp, refOf, sameRepositoryStill } from './state.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z
  .strictObject({
    repository: repositoryInput,
    base: branchName.optional().describe('The branch to merge into; the default branch unless given.'),
    branch: branchName.describe('The name of the new branch; it must not exist.'),
    title: pullRequestTitle.describe('The title of the pull request, one line of at most 256 characters.'),
    body: pullRequestText
      .default('')
      .describe('The text of the pull request, in Markdown. May refer to the change in after.'),
    message: writtenMessage
      .optional()
      .describe('The commit message; the title unless given. May refer to the change in after, below its first line.'),
    draft: z.boolean().default(true).describe('Whether to open it as a draft; it is one unless false.'),
    files: fileChanges.optional(),
    commits: commitsInput.optional(),
    reason: reasonInput,
    after: afterInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ base, branch }) => base !== branch, { path: ['branch'], error: 'must not be the base branch' })
  .refine(({ files, commits }) => (files === undefined) !== (commits === undefined), {
    path: ['files'],
    error: 'either files or commits, not both',
  })
  .refine(({ message, commits }) => message === undefined || commits === undefined, {
    path: ['message'],
    error: 'each of the commits has its own message',
  });
type Input = z.infer<typeof input>;

function askedCommits({ title, message, files = [], commits }: Input): readonly AskedCommit[] {
  return commits ?? [{ message: message ?? title, files }];
}

function askedFiles(wanted: Input): readonly FileChange[] {
  return askedCommits(wanted).flatMap(({ files }) => files);
}

export const proposePullRequest = writeTool({
  name: 'propose_pull_request',
  title: 'Propose a pull request',
  description:
    'Proposes a pull request: a new branch with one signed commit, or several (files written, edited, deleted or moved), opened as a draft unless you say otherwise. Nothing is written until a person approves; wait_for_change tells how it goes and then names the pull request. For more commits on the same branch use commit_files. A later change, with this one as its after, may refer to its pull_request_url, pull_request_number, branch and commit.',
  input,
  state: repoState,
  plan: pullRequestPlan,
  asks: (wanted) => [
    { want: 'write', repository: wanted.repository, branch: wanted.branch, ...(wanted.base && { base: wanted.base }) },
    ...asksOf(wanted.repository, askedFiles(wanted)),
  ],
  snapshot,
  resolved: (wanted, before) => [
    { want: 'write', repository: before.repository.name, branch: wanted.branch, base: baseOf(before).name },
    ...readsOf(before.repository.name, askedFiles(wanted)),
  ],
  prepare,
  credited: (plan: PullRequestPlan, credit) => (plan.kind === 'open' ? creditedOpen(plan, credit) : plan),
  target: targetOf,
  describe: (plan: PullRequestPlan, before: RepoState, contents: ContentReader) => {
    if (plan.kind === 'open') return describeOpen(plan, before, contents);
    return plan.kind === 'withdraw' ? describeWithdraw(plan) : describeReopen(plan);
  },
  standsOn: pullRequestStandsOn,
  leaves: pullRequestLeaves,
  // Whoever owns what a pull request brings decides that it goes, too.
  owners: (plan: PullRequestPlan, before: RepoState, reader: RepoReader) =>
    ownershipAt(reader, {
      repository: plan.repository.name,
      commit: plan.base.oid,
      paths: plan.kind === 'open' ? pathsOfCommits(commitsOf(plan)) : before.files.map(({ path }) => path),
    }),
  still,
  steps: (plan: PullRequestPlan) => {
    if (plan.kind === 'open') return openSteps(plan);
    return plan.kind === 'withdraw' ? withdrawSteps(plan) : reopenSteps(plan);
  },
  receipt: {
    fields: { pull_request_url: 'url', pull_request_number: 'number', branch: 'branch', commit: 'oid' },
    of: (plan: PullRequestPlan, receipts) => (plan.kind === 'open' ? opening(plan, receipts) : {}),
  },
  texts: (plan: PullRequestPlan, each) => (plan.kind === 'open' ? openTexts(plan, each) : plan),
  observe,
  restoring: pullRequestRestoring,
  compare: comparePullRequest,
  restore,
  combine: combinePullRequest,
});

async function snapshot(wanted: Input, reader: RepoReader, contents: Contents): Promise<RepoState> {
  const asked = askedFiles(wanted);
  const once = (of: typeof pathsOf) => [...new Set(of(asked))];
  const written = { paths: once(pathsOf), sources: once(sourcesOf), written: once(writtenIn) };
  const files = { branch: wanted.base, ...lookedUp(written) };
  const found = await reader.look(wanted.repository, { branches: [wanted.branch], files });
  const repository = refOf(found.repository);
  const base = wanted.base ?? repository.defaultBranch;
  return {
    repository,
    base: { name: base, oid: foundHead(found.heads.get(base) ?? null, repository.name, base) },
    branch: { name: wanted.branch, oid: found.heads.get(wanted.branch) ?? null },
    ...keptFiles(written, found.files ?? new Map(), contents),
    ours: null,
    later: [],
    pullRequest: null,
  };
}

function baseOf(state: RepoState): NonNullable<RepoState['base']> {
  if (state.base === null) throw new TypeError('the state of a pull request has a base');
  return state.base;
}

function prepare(wanted: Input, before: RepoState, contents: Contents): OpenPlan {
  if (wanted.branch === baseOf(before).name) {
    throw new AppError('invalid_arguments', 'branch: must not be the base branch.');
  }
  if (before.branch.oid !== null) {
    throw new AppError('already_exists', `The branch ${JSON.stringify(wanted.branch)} exists already.`, {
      next: 'Add a commit to it with commit_files, or choose another name.',
    });
  }
  const [first, ...more] = planCommits(askedCommits(wanted), before, contents);
  return {
    kind: 'open',
    repository: before.repository,
    base: baseOf(before),
    branch: wanted.branch,
    ...first,
    ...(more.length > 0 && { more }),
    pullRequest: { title: wanted.title, body: wanted.body, draft: wanted.draft },
  };
}

async function still(plan: PullRequestPlan, _before: RepoState, reader: RepoReader): Promise<StillHolds> {
  if (plan.kind === 'open') return openStillHolds(plan, reader);
  const same = await sameRepositoryStill(reader, plan.repository);
  return same === 'holds' ? undoStillHolds(plan, reader) : same;
}

async function observe(
  plan: PullRequestPlan,
  before: RepoState,
  receipts: Receipts,
  reader: RepoReader,
  contents: Contents,
): Promise<RepoState> {
  const { repository, base, branch } = plan;
  const { name } = repository;
  const number = plan.kind === 'open' ? opened(receipts) : (plan.pullRequest?.number ?? null);
  const paths = plan.kind === 'open' ? pathsOfCommits(commitsOf(plan)) : [];
  const look = await reader.look(name, { pullRequestsFrom: branch, files: { branch, ...lookedUp({ paths }) } });
  const head = look.heads.get(branch) ?? null;
  const [pullRequest, files] = await Promise.all([
    number === null ? null : pullRequestIn(look, { reader, name, number }),
    look.files ?? reader.files(name, base.oid, lookedUp({ paths }).paths),
  ]);
  const ours = committed(receipts);
  const left = leftAt(plan, before, ours);
  return {
    repository,
    base,
    branch: { name: branch, oid: head },
    ...keptFiles({ paths }, files, contents),
    ours,
    later:
      head === null || head === left
        ? []
        : (await commitsAfter(reader, { repository: name, branch, commit: left })).map(laterOf),
    pullRequest,
  };
}

/** A branch that was renamed took its pull request along. */
async function pullRequestIn(
  { pullRequests }: Look,
  { reader, name, number }: { readonly reader: RepoReader; readonly name: string; readonly number: number },
): Promise<PullRequest | null> {
  const found = pullRequests.find(({ pullRequest }) => pullRequest.number === number);
  return found?.pullRequest ?? reader.pullRequest(name, number);
}

function restore(
  done: DonePullRequest,
  now: RepoState,
  choice: RestoreChoice,
): { readonly plan: PullRequestPlan } | Refusal {
  const { plan } = done;
  return plan.kind === 'withdraw' ? reopenOf(plan, now) : withdrawOf(done, now, choice);
}
