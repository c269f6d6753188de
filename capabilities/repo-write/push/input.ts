import * as z from 'zod';
import { wellFormed } from '#capabilities/common/text.ts';
import { idempotencyKeyInput, reasonInput, supersedesInput } from '#capabilities/inputs.ts';
import { branchName } from '#capabilities/repo/branch.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { oid, type RepoAsk } from '#capabilities/repo/types.ts';
import { clashesOf, depthProblem } from '../file-changes.ts';
import { maxPayload } from '../file-plan.ts';
import { commitMessage, pullRequestBody, pullRequestTitle } from '../message.ts';
import { repositoryInput } from '../tool.ts';

const file = z.union([
  z.strictObject({
    path: repoPath.describe('The file, from the root of the repository.'),
    mode: z.enum(['100644', '100755']).describe('Whether it is executable.'),
    base64: z.string().max(maxPayload).describe('All bytes of the file in base64 with padding.'),
  }),
  z.strictObject({ path: repoPath.describe('The file.'), delete: z.literal(true).describe('Deletes the file.') }),
]);
type PushedInput = z.infer<typeof file>;

const files = z
  .array(file)
  .min(1)
  .max(1000)
  .check(({ value, issues }) => {
    for (const { index, message } of clashesOf(value.map(({ path }) => [path]))) {
      issues.push({ code: 'custom', input: value, path: [index], message });
    }
  })
  .describe('What the commit makes of each file that it changes.');

const name = wellFormed({ max: 200 }).refine((text) => !/\p{Cc}/u.test(text), {
  error: 'must not have control characters',
});

const commit = z.strictObject({
  message: commitMessage.describe('The commit message.'),
  author: z
    .strictObject({ name: name.describe('A name.'), email: name.describe('An address.') })
    .describe('As pushed.'),
  tree: oid.describe('The id of the tree that the commit comes to.'),
  files,
});

/** What the git door makes of a push. No model sees it. */
export const pushInput = z
  .strictObject({
    repository: repositoryInput,
    branch: branchName.describe('The branch that is pushed to.'),
    expected_head: oid.nullable().describe('The commit that the branch is at; null for a new branch.'),
    parent: oid.describe('The commit that the first pushed one follows.'),
    parent_tree: oid.describe('The tree of that commit.'),
    base: branchName.optional().describe('The branch that the work goes to; the default branch unless given.'),
    commits: z.array(commit).min(1).max(20).describe('The commits, the oldest first.'),
    pull_request: z
      .strictObject({
        title: pullRequestTitle.optional().describe('Its title; the first line of the first commit unless given.'),
        body: pullRequestBody.default('').describe('Its text.'),
        draft: z.boolean().default(true).describe('Whether it is opened as a draft.'),
      })
      .optional()
      .describe('The pull request to open from the branch.'),
    reason: reasonInput,
    supersedes: supersedesInput,
    idempotency_key: idempotencyKeyInput,
  })
  .refine(({ base, branch }) => base !== branch, { path: ['branch'], error: 'must not be the base branch' })
  .check(({ value, issues }) => {
    const message = depthProblem(pushedPaths(value.commits));
    if (message !== null) issues.push({ code: 'custom', input: value.commits, path: ['commits'], message });
  });
export type PushInput = z.infer<typeof pushInput>;

type Commits = readonly { readonly files: readonly { readonly path: string }[] }[];

/** Every path that some commit writes, once. */
export function pushedPaths(commits: Commits): readonly string[] {
  return [...new Set(commits.flatMap((one) => one.files.map(({ path }) => path)))];
}

/** What a push asks of a scope. That it may refer to all that is there needs a read scope without paths. */
export function asksOfPush({ repository, branch, base, commits, pull_request: pull }: PushInput): readonly RepoAsk[] {
  const paths = pushedPaths(commits);
  const bytes = commits.flatMap((one) => one.files).reduce((sum, one) => sum + bytesOf(one), 0);
  return [
    { want: 'write', repository, branch, ...(pull && base !== undefined ? { base } : {}) },
    { want: 'write', repository, files: paths.length, bytes },
    ...paths.map((path): RepoAsk => ({ want: 'write', repository, path })),
    { want: 'read', repository, whole: true },
  ];
}

function bytesOf(one: PushedInput): number {
  return 'base64' in one ? Math.floor((one.base64.replace(/=+$/, '').length * 3) / 4) : 0;
}
