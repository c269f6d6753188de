import * as z from 'zod';
import { commandReaches } from '#capabilities/common/commands.ts';
import { shorten } from '#capabilities/common/text.ts';
import { oid, type RepoState, repositoryRef } from '#capabilities/repo/types.ts';
import type { ContentReader, Description, Restoring } from '#shared/tools/index.ts';
import { fieldEffects, fileEffects } from './effects.ts';
import { filePlan } from './file-plan.ts';
import { flagsOf } from './flags.ts';
import { joinMessage, messagePlan } from './message.ts';
import { audienceOf, leavesOrganisation } from './reaches.ts';
import { sumOf } from './since-base.ts';
import { branchKey } from './tool.ts';

/** One commit on a branch that exists. */
export const commitFilesPlan = z.strictObject({
  repository: repositoryRef,
  branch: z.string(),
  expectedHead: oid,
  ...messagePlan.shape,
  ...filePlan.shape,
  /** Paths that someone else changed since, and that this restore takes back all the same. */
  overwrites: z.array(z.string()),
});
export type CommitFilesPlan = z.infer<typeof commitFilesPlan>;

export const commitRestoring: Restoring = {
  kept: ['Every file that the commit writes, moves or deletes, with its mode, as it was at the head of the branch.'],
  back: ['Every such file, byte for byte, by a new signed commit on top of the branch.'],
  cannot: [
    'The commit stays in the history of the branch: a restore adds a second one that puts every file back byte for byte.',
    'CI runs and notifications that the commit sets off cannot be called back.',
  ],
};

/** What the approver is shown of it. */
export function describeCommit(planned: CommitFilesPlan, before: RepoState, contents: ContentReader): Description {
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
      {
        code: 'runs_ci',
        message: `A commit on ${planned.branch} may start CI, which has the secrets of the repository.`,
      },
      { code: 'notifies', message: 'Who watches the branch, or a pull request from it, may be notified.' },
      ...commandReaches(texts),
      ...leavesOrganisation(planned.repository),
    ],
    reversible: { kind: 'partial', lost: [...commitRestoring.cannot] },
    ...audienceOf(planned.repository),
    ...sumOf(files, before),
  };
}

function overwriteFlags(planned: CommitFilesPlan, before: RepoState): Description['flags'] {
  if (planned.overwrites.length === 0) return [];
  const by = ({ oid: id, author }: RepoState['later'][number]): string =>
    `${id.slice(0, 12)} by ${author ?? 'unknown'}`;
  const paths = planned.overwrites.map((path) => {
    const later = before.files.find((entry) => entry.path === path)?.changedBy;
    return later === undefined ? JSON.stringify(path) : `${JSON.stringify(path)} (older than ${by(later)})`;
  });
  const commits = before.later.map(by).join(', ');
  const later = commits === '' ? '' : ` Later commits on the branch: ${commits}.`;
  return [{ code: 'overwrites_others', message: `Takes back what others did since to ${paths.join(', ')}.${later}` }];
}
