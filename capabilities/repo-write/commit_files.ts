import * as z from 'zod';
import { idempotencyKeyInput, reasonInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { shorten } from '#capabilities/repo/text.ts';
import { oid, type RepoState, repoState, repositoryRef } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { ContentReader, Contents, Description, Refusal, RestoreChoice, StillHolds } from '#shared/tools/index.ts';
import { planFiles } from './apply.ts';
import { commitStep } from './commit-step.ts';
import { fieldEffects, fileEffects } from './effects.ts';
import { asksOf, fileChanges, pathsOf } from './file-changes.ts';
import { filePlan, plannedPaths } from './file-plan.ts';
import { flagsOf } from './flags.ts';
import { invert } from './inverse.ts';
import { commitMessage, joinMessage, messagePlan, splitMessage } from './message.ts';
import { commandReaches } from './reaches.ts';
import { committed } from './receipts.ts';
import { commitsAfter, filesAt, headOf, refOf, sameRepositoryStill } from './state.ts';
import { branchKey, repositoryInput, targetOf, writeTool } from './tool.ts';

const input = z.strictObject({
  repository: repositoryInput,
  branch: branchName.describe('The branch to commit to; it must exist.'),
  message: commitMessage.describe(
    'The commit message: a first line of at most 256 characters, then a blank line and more.',
  ),
  files: fileChanges,
  expected_head: oid
    .optional()
    .describe('The commit that the branch must be at; leave out to take the branch as it is.'),
  reason: reasonInput,
  idempotency_key: idempotencyKeyInput,
});
type Input = z.infer<typeof input>;

const plan = z.strictObject({
  repository: repositoryRef,
  branch: z.string(),
  expectedHead: oid,
  ...messagePlan.shape,
  ...filePlan.shape,
  /** Paths that someone else changed since, and that this restore takes back all the same. */
  overwrites: z.array(z.string()),
});
type Plan = z.infer<typeof plan>;

export const commitFiles = writeTool({
  name: 'commit_files',
  title: 'Commit files to a branch',
  description:
    'Proposes one signed commit to a branch that exists: files written, edited, deleted or moved. Nothing is written until a person approves; wait_for_change tells how it goes. If the branch moves before that, propose again. For a new branch use propose_pull_request.',
  input,
  state: repoState,
  plan,
  asks: ({ repository, branch, files }) => [{ want: 'write', repository, branch }, ...asksOf(repository, files)],
  snapshot,
  resolved: (wanted, before) => [{ want: 'write', repository: before.repository.name, branch: wanted.branch }],
  prepare,
  target: targetOf,
  describe,
  still,
  steps: (planned) => [commitStep(planned)],
  observe: async (planned, _before, receipts, reader, contents) => {
    const ours = committed(receipts);
    const repository = planned.repository.name;
    const head = await reader.head(repository, planned.branch);
    const files =
      head === null
        ? noFiles(planned)
        : await filesAt({ reader, contents, repository, commit: head, paths: plannedPaths(planned) });
    const later =
      ours === null || head === ours
        ? []
        : await commitsAfter(reader, { repository, branch: planned.branch, commit: ours });
    return {
      repository: planned.repository,
      base: null,
      branch: { name: planned.branch, oid: head },
      ...files,
      ours,
      later,
      pullRequest: null,
    };
  },
  restore,
});

function noFiles(planned: Plan): Pick<RepoState, 'files' | 'blocked'> {
  return { files: plannedPaths(planned).map((path) => ({ path, file: null })), blocked: [] };
}

async function snapshot(wanted: Input, reader: RepoReader, contents: Contents): Promise<RepoState> {
  const repository = refOf(await reader.repository(wanted.repository));
  const head = await headOf(reader, repository.name, wanted.branch);
  const paths = pathsOf(wanted.files);
  return {
    repository,
    base: null,
    branch: { name: wanted.branch, oid: head },
    ...(await filesAt({ reader, contents, repository: repository.name, commit: head, paths })),
    ours: null,
    later: [],
    pullRequest: null,
  };
}

function prepare(wanted: Input, before: RepoState, contents: Contents): Plan {
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

function describe(planned: Plan, before: RepoState, contents: ContentReader): Description {
  const files = fileEffects(planned, before, contents);
  const message = joinMessage(planned);
  const texts = [{ name: 'the commit message', text: message }];
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  return {
    summary: `Commit ${count} to ${planned.branch} of ${planned.repository.name}: ${shorten(planned.headline, 120)}`,
    effects: [
      ...fieldEffects(`branch ${planned.branch}`, {
        head: [planned.expectedHead, 'one new signed commit on top of it'],
      }),
      ...fieldEffects('commit', { message: [null, message] }),
      ...files,
    ],
    touches: [branchKey(planned)],
    flags: [...flagsOf({ effects: files, texts, contents }), ...overwriteFlags(planned, before)],
    reaches: [
      { code: 'runs_ci', message: `A commit on ${planned.branch} may start CI.` },
      { code: 'notifies', message: 'Who watches the branch, or a pull request from it, may be notified.' },
      ...commandReaches(texts),
    ],
    reversible: {
      kind: 'partial',
      lost: [
        'The commit stays in the history of the branch: a restore adds a second one that puts every file back byte for byte.',
        'CI runs and notifications that the commit sets off cannot be called back.',
      ],
    },
  };
}

function overwriteFlags(planned: Plan, before: RepoState): Description['flags'] {
  if (planned.overwrites.length === 0) return [];
  const paths = planned.overwrites.map((path) => JSON.stringify(path)).join(', ');
  const commits = before.later.map(({ oid: id, author }) => `${id.slice(0, 12)} by ${author ?? 'unknown'}`).join(', ');
  const later = commits === '' ? '' : ` Later commits on the branch: ${commits}.`;
  return [{ code: 'overwrites_others', message: `Takes back what others did since to ${paths}.${later}` }];
}

async function still(planned: Plan, _before: RepoState, reader: RepoReader): Promise<StillHolds> {
  const same = await sameRepositoryStill(reader, planned.repository);
  if (same !== 'holds') return same;
  const head = await reader.head(planned.repository.name, planned.branch);
  if (head === planned.expectedHead) return 'holds';
  return {
    stale: head === null ? `The branch ${planned.branch} is gone.` : `The branch ${planned.branch} moved to ${head}.`,
  };
}

function restore(
  done: { readonly plan: Plan; readonly before: RepoState },
  now: RepoState,
  choice: RestoreChoice,
): { readonly plan: Plan } | Refusal {
  const head = now.branch.oid;
  if (head === null) return { refused: `The branch ${done.plan.branch} does not exist any more.`, conflicts: [] };
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
      body: `Puts the files back as they were before ${now.ours ?? 'the change'}.`,
      ...files,
      overwrites: [...overwrites],
    },
  };
}
