import * as z from 'zod';
import { standingOutput } from '#capabilities/repo/standing.ts';
import type { PullRequest } from '#capabilities/repo/types.ts';

/** What every answer says of a pull request. */
export const pullRequestView = z.strictObject({
  number: z.number().int(),
  title: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  draft: z.boolean(),
  head: z.string(),
  head_commit: z.string(),
  base: z.string(),
  author: z.string().nullable(),
  standing: standingOutput,
  url: z.string(),
});

export function viewOf(found: PullRequest): z.infer<typeof pullRequestView> {
  return {
    number: found.number,
    title: found.title,
    state: found.state,
    draft: found.draft,
    head: found.head,
    head_commit: found.headOid,
    base: found.base,
    author: found.author,
    ...(found.standing !== undefined && { standing: found.standing }),
    url: found.url,
  };
}
