import * as z from 'zod';
import { oid, repositoryRef } from '#capabilities/repo/types.ts';
import { contentRef } from '#shared/tools/index.ts';
import { commitFilesPlan } from '../commit-description.ts';
import { messagePlan } from '../message.ts';
import type { PlannedCommit } from '../planned-commits.ts';
import { reopenPlan, withdrawPlan } from '../pull-request/plan.ts';

/** What one commit makes of one path. */
const pushedFile = z.union([
  z.strictObject({ path: z.string(), mode: z.enum(['100644', '100755']), content: contentRef }),
  z.strictObject({ path: z.string(), delete: z.literal(true) }),
]);

const pushedCommit = z.strictObject({
  ...messagePlan.shape,
  /** Whom the pusher named as its author; the backend names itself, since it signs. */
  author: z.string(),
  /** The tree that it must come to: git's own proof of every byte of it. */
  tree: oid,
  files: z.array(pushedFile).min(1),
});
export type PushedCommit = z.infer<typeof pushedCommit>;

/** Commits on top of one that is there, built anew and signed, and the branch moved to the last of them at once. */
const pushPlan = z.strictObject({
  kind: z.literal('push'),
  repository: repositoryRef,
  branch: z.string(),
  /** Where the branch is; null where the push makes it. */
  from: oid.nullable(),
  /** Where the work goes to, and the commit that the first pushed one follows. */
  base: z.strictObject({ name: z.string(), oid }),
  /** The tree of that commit. */
  tree: oid,
  commits: z.array(pushedCommit).min(1),
  /** Whom each commit names as co-author; absent where the blueprint names nobody. */
  credit: z.strictObject({ name: z.string(), email: z.string() }).exactOptional(),
  pullRequest: z.strictObject({ title: z.string(), body: z.string(), draft: z.boolean() }).nullable(),
});
export type PushPlan = z.infer<typeof pushPlan>;

/** The undo of a push onto a branch that was there: the files as they were, by one commit more. */
const putBackPlan = z.strictObject({ kind: z.literal('put_back'), ...commitFilesPlan.shape });

/** The undo of a push that made the branch, and the undo of that, are those of a proposed pull request. */
export const pushCommitsPlan = z.discriminatedUnion('kind', [pushPlan, putBackPlan, withdrawPlan, reopenPlan]);
export type PushCommitsPlan = z.infer<typeof pushCommitsPlan>;

/** A commit as other tools have theirs. */
export function plannedOf({ headline, body, files }: PushedCommit): PlannedCommit {
  return {
    ...{ headline, body, via: 'git_data' as const },
    additions: files.flatMap((file) => ('delete' in file ? [] : [{ ...file, movedFrom: null }])),
    deletions: files.flatMap((file) => ('delete' in file ? [file.path] : [])),
  };
}
