import * as z from 'zod';
import { shorten } from '#capabilities/common/text.ts';
import { afterInput, idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { thingOf } from '#capabilities/repo/things.ts';
import { oid, type RepoState, repoState } from '#capabilities/repo/types.ts';
import type { Look, RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type {
  ContentReader,
  Contents,
  Foundation,
  Part,
  Refusal,
  RestoreChoice,
  StillHolds,
} from '#shared/tools/index.ts';
import { planFiles } from './apply.ts';
import { withCoAuthor } from './attribution.ts';
import { combineCommits, type DoneCommit } from './combine.ts';
import { type CommitFilesPlan, commitFilesPlan, commitRestoring, describeCommit } from './commit-description.ts';
import { commitSteps } from './commit-step.ts';
import { asksOf, fileChanges, pathsOf, readsOf, sourcesOf, writtenIn } from './file-changes.ts';
import { plannedPaths } from './file-plan.ts';
import { compareFiles, invert, isAsLeft } from './inverse.ts';
import { splitMessage, writtenMessage } from './message.ts';
import { ownershipAt } from './owners.ts';
import { pullRequestAsFound } from './pull-request/things.ts';
import { committed } from './receipts.ts';
import { sinceBaseOf } from './since-base.ts';
import {
  changesOf,
  commitsAfter,
  foundHead,
  headOf,
  isSameRepository,
  keptFiles,
  laterOf,
  lookedUp,
  refOf,
} from './state.ts';
import { repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  branch: branchName.describe('The branch to commit to; it must exist.'),
  message: writtenMessage.describe(
    'The commit message: a first line of at most 256 characters, then a blank line and more. Below its first line it may refer to the change in after.',
  ),
  files: fileChanges,
  expected_head: oid
    .optional()
    .describe('The commit that the branch must be at; leave out to take the branch as it is.'),
  reason: reasonInput,
  after: afterInput,
  supersedes: supersedesInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

export const commitFiles = writeTool({
  name: 'commit_files',
  title: 'Commit files to a branch',
  description:
    'Proposes one signed commit to a branch that exists: files written, edited, deleted or moved. Nothing is written until a person approves; wait_for_change tells how it goes. If the branch moves before that, propose again. For a new branch use propose_pull_request. A later change, with this one as its after, may refer to its branch and commit.',
  input,
  state: repoState,
  plan: commitFilesPlan,
  asks: ({ repository, branch, files }) => [{ want: 'write', repository, branch }, ...asksOf(repository, files)],
  snapshot,
  resolved: ({ branch, files }, { repository: { name: repository, defaultBranch } }) => [
    { want: 'write', repository, branch, defaultBranch },
    ...readsOf(repository, files),
  ],
  prepare,
  credited: (planned, credit) => ({ ...planned, body: withCoAuthor(planned.body, credit) }),
  target: targetOf,
  describe: describeCommit,
  standsOn: commitStandsOn,
  leaves: (planned, _before, receipts) => {
    const version = committed(receipts);
    return version === null ? [] : [{ thing: thingOf(planned), version, made: false }];
  },
  follows: true,
  owners: async (planned, _before, reader) => {
    const { name: repository, defaultBranch } = planned.repository;
    // Where the branch is to go, it does not say; what it says itself, whoever writes to it could have written.
    const isDefault = planned.branch === defaultBranch;
    const commit = isDefault ? planned.expectedHead : await headOf(reader, repository, defaultBranch);
    return ownershipAt(reader, { repository, commit, paths: plannedPaths(planned) });
  },
  still,
  steps: (planned) => commitSteps({ ...planned, commits: [planned] }),
  receipt: {
    fields: { branch: 'branch', commit: 'oid' },
    of: ({ branch }, receipts) => ({ branch, commit: committed(receipts) }),
  },
  texts: (planned, each) => ({ ...planned, body: each(planned.body) }),
  observe: async (planned, before, receipts, reader, contents) => {
    const ours = committed(receipts);
    const repository = planned.repository.name;
    const { branch } = planned;
    const wanted = { paths: plannedPaths(planned) };
    const look = await reader.look(repository, { pullRequestsFrom: branch, files: { branch, ...lookedUp(wanted) } });
    const head = look.heads.get(branch) ?? null;
    const files = look.files === null ? noFiles(planned) : keptFiles(wanted, look.files, contents);
    const later =
      ours === null || head === ours
        ? []
        : await commitsAfter(reader, { repository, branch: planned.branch, commit: ours });
    const now = {
      repository: planned.repository,
      base: null,
      branch: { name: planned.branch, oid: head },
      ...files,
      ours,
      later: later.map(laterOf),
      pullRequest: null,
      pullRequests: pullRequestsIn(look),
    };
    const paths = plannedPaths(planned).filter((path) => !isAsLeft({ plan: planned, before }, path, now));
    const changes = await changesOf(reader, { repository, commits: later, paths });
    return { ...now, files: now.files.map((entry) => withChange(entry, changes.get(entry.path))) };
  },
  restoring: commitRestoring,
  compare: (done, now, contents) =>
    now.branch.oid === null ? withoutBranch(done, now, contents) : compareFiles(done, now, contents),
  restore,
  combine: combineCommits,
});

type Entry = RepoState['files'][number];

function withChange(entry: Entry, changedBy: Entry['changedBy']): Entry {
  return changedBy === undefined ? entry : { ...entry, changedBy };
}

function pullRequestsIn({ pullRequests }: Look): NonNullable<RepoState['pullRequests']> {
  return pullRequests.map(({ pullRequest: { nodeId, state } }) => ({ nodeId, state }));
}

function noFiles(planned: CommitFilesPlan): Pick<RepoState, 'files' | 'blocked'> {
  return { files: plannedPaths(planned).map((path) => ({ path, file: null })), blocked: [] };
}

async function snapshot(wanted: Input, reader: RepoReader, contents: Contents): Promise<RepoState> {
  const { branch } = wanted;
  const written = { paths: pathsOf(wanted.files), sources: sourcesOf(wanted.files), written: writtenIn(wanted.files) };
  const request = { pullRequestsFrom: branch, files: { branch, ...lookedUp(written) } };
  const look = await reader.look(wanted.repository, request);
  const repository = refOf(look.repository);
  const { name, defaultBranch } = repository;
  const head = foundHead(look.heads.get(branch) ?? null, name, branch);
  const known = look.files ?? new Map();
  // What it comes to is told since it left where its open pull request goes to, or the default branch.
  const open = look.pullRequests.find(({ pullRequest }) => pullRequest.state === 'open');
  const base = open?.pullRequest.base ?? defaultBranch;
  const baseHead = open ? open.baseOid : (look.heads.get(defaultBranch) ?? null);
  const { paths } = written;
  const ends = { base, baseHead, branch, head };
  const sinceBase = await sinceBaseOf({ reader, contents, repository: name, ...ends, paths, known });
  return {
    repository,
    base: null,
    branch: { name: branch, oid: head },
    ...keptFiles(written, known, contents),
    ours: null,
    later: [],
    pullRequest: null,
    pullRequests: pullRequestsIn(look),
    ...(sinceBase && { sinceBase }),
  };
}

function prepare(wanted: Input, before: RepoState, contents: Contents): CommitFilesPlan {
  const head = before.branch.oid;
  if (head === null) throw new AppError('not_found', `There is no branch ${JSON.stringify(wanted.branch)}.`);
  if (wanted.expected_head !== undefined && wanted.expected_head !== head) {
    throw new AppError('conflict', `The branch is at ${head}, not at the expected head.`, {
      next: 'Read the files again at the new head and propose again.',
    });
  }
  return {
    repository: before.repository,
    branch: wanted.branch,
    expectedHead: head,
    ...splitMessage(wanted.message),
    ...planFiles(wanted.files, before, contents),
    overwrites: [],
  };
}

/** The branch, and each open pull request from it; where there is none, the newest, which is over. */
function commitStandsOn(planned: CommitFilesPlan, { pullRequests = [] }: RepoState): readonly Foundation[] {
  const open = pullRequests.filter(({ state }) => state === 'open');
  const found = open.length > 0 ? open : pullRequests.slice(0, 1);
  return [{ thing: thingOf(planned), version: planned.expectedHead }, ...found.map(pullRequestAsFound)];
}

async function still(planned: CommitFilesPlan, _before: RepoState, reader: RepoReader): Promise<StillHolds> {
  const now = await reader.look(planned.repository.name, { branches: [planned.branch] });
  const same = isSameRepository(planned.repository, now.repository);
  if (same !== 'holds') return same;
  const head = now.heads.get(planned.branch) ?? null;
  if (head === planned.expectedHead) return 'holds';
  return {
    stale: head === null ? `The branch ${planned.branch} is gone.` : `The branch ${planned.branch} moved to ${head}.`,
  };
}

function withoutBranch(done: DoneCommit, now: RepoState, contents: ContentReader): readonly Part[] {
  const why = branchGone(done);
  return compareFiles(done, now, contents).map((part) => ({ ...part, standing: 'cannot', why }));
}

function branchGone({ plan }: DoneCommit): string {
  return `The branch ${plan.branch} does not exist any more.`;
}

function restore(
  done: DoneCommit,
  now: RepoState,
  choice: RestoreChoice,
): { readonly plan: CommitFilesPlan } | Refusal {
  const head = now.branch.oid;
  if (head === null) return { refused: branchGone(done), conflicts: [] };
  const { files, overwrites, conflicts } = invert(done, now, choice);
  if (conflicts.length > 0 && choice !== 'untouched') {
    return { refused: 'Some files are no longer as this change left them.', conflicts };
  }
  if (plannedPaths(files).length === 0) {
    return { refused: 'There is nothing to put back.', conflicts };
  }
  return {
    plan: {
      repository: now.repository,
      branch: done.plan.branch,
      expectedHead: head,
      headline: shorten(`Put back: ${done.plan.headline}`, 256),
      body: `Puts the files back as they were at ${done.plan.expectedHead}.`,
      ...files,
      overwrites: [...overwrites],
    },
  };
}
