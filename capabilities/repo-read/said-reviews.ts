import * as z from 'zod';
import { startOf } from '#capabilities/common/slice.ts';
import { standingOutput } from '#capabilities/repo/standing.ts';
import type { PullRequestReview } from './ports.ts';

/** How many reviews are shown, and the room for the text of one, in bytes of JSON. */
const [shown, textBytes] = [6, 500];

/** What answers say of a review. */
export const saidReview = z.strictObject({
  author: z.string().nullable(),
  standing: standingOutput,
  state: z.enum(['approved', 'changes_requested', 'commented', 'dismissed']),
  commit: z.string().nullable().describe('The commit that it is of.'),
  submitted_at: z.string().nullable(),
  body: z.string(),
  cut: z.boolean(),
});

/** The newest that say something. A remark without words stands for what was said at lines: list_review_threads has it. */
export function saidReviews(all: readonly PullRequestReview[]): z.infer<typeof saidReview>[] {
  return all
    .filter(({ state, body }) => state !== 'commented' || body !== '')
    .slice(-shown)
    .map(({ author, standing, state, commit, submittedAt, body }) => {
      const { content, cut } = startOf(body, textBytes);
      const by = { author, ...(standing !== undefined && { standing }) };
      return { ...by, state, commit, submitted_at: submittedAt, body: content, cut };
    });
}
