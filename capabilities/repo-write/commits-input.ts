import * as z from 'zod';
import { clashesOf, depthProblem, fileChangesAgain, pathsOf } from './file-changes.ts';
import type { FileChange } from './file-forms.ts';
import { writtenMessage } from './message.ts';

/** The most commits of one change. */
const mostCommits = 20;

const commit = z.strictObject({
  message: writtenMessage.describe('The commit message, as `message`.'),
  files: fileChangesAgain,
});

/** Several commits of one change: each file as the commits before leave it. */
export const commitsInput = z
  .array(commit)
  .min(1)
  .max(mostCommits)
  .check(({ value, issues }) => {
    const problem = acrossCommits(value.map(({ files }) => files));
    if (problem !== null) issues.push({ code: 'custom', input: value, path: [], message: problem });
  })
  .describe(
    `Up to ${mostCommits} commits in their order, in place of message and files; each edits what the one before left.`,
  );

/** One commit as it was asked for. */
export type AskedCommit = z.infer<typeof commit>;

/** Commits may write the same file one after the other, but never under two names, nor a folder in its place. */
function acrossCommits(commits: readonly (readonly FileChange[])[]): string | null {
  const paths = [...new Set(commits.flatMap((files) => pathsOf(files)))];
  return depthProblem(paths) ?? clashesOf(paths.map((path) => [path]))[0]?.message ?? null;
}
