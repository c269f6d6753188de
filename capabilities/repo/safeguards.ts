import * as z from 'zod';

/** Null where the backend does not show it. */
const seen = z.boolean().nullable();

/** A workflow that gives secrets to what a branch brings. */
const ciSecret = z.strictObject({
  /** The name of its file. */
  workflow: z.string(),
  /** What starts it. */
  on: z.enum(['push', 'pull_request', 'pull_request_target']),
  /** The names of the secrets, the first few; `*` for all. Empty for a token alone that may write. */
  secrets: z.array(z.string()),
});
export type CiSecret = z.infer<typeof ciSecret>;

/** What holds a repository's default branch, and what its CI gives away, as the backend showed it. */
export const safeguards = z.strictObject({
  /** Nothing reaches it but by a pull request. */
  pullRequests: seen,
  noForcePush: seen,
  noDeletion: seen,
  /** Its commits have to be signed. */
  signatures: seen,
  /** How many people have to approve a pull request. */
  reviews: z.number().int().nonnegative().nullable(),
  /** The checks that have to pass. */
  checks: z.array(z.string()).nullable(),
  ciSecrets: z.array(ciSecret).nullable(),
});
export type Safeguards = z.infer<typeof safeguards>;

const yes = z.literal(true, 'This is true, or left out.').exactOptional();

/** What a blueprint can require of the repositories that are written to. */
export const requirements = z.strictObject({
  pull_requests: yes,
  no_force_push: yes,
  no_deletion: yes,
  signatures: yes,
  reviews: z.int().min(1).max(10).exactOptional(),
  /** By name. */
  checks: z.array(z.string().min(1)).min(1).max(20).exactOptional(),
  no_ci_secrets: yes,
});
export type Requirements = z.infer<typeof requirements>;
