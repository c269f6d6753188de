import type { Allowance } from '../http/pace.ts';

/**
 * What GitHub's own sites take of requests that create content; a GitHub Enterprise Server has limits of its own, and by
 * default none.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const githubAllowances: readonly Allowance[] = [
  { count: 80, withinMs: 60_000 },
  { count: 500, withinMs: 3_600_000 },
];
