import * as z from 'zod';

/** A person's login or a team: `alice`, `team:platform`. */
export const reviewer = z.string().regex(/^(?:team:)?[A-Za-z0-9](?:[\w-]{0,99})$/, {
  error: 'must be a login, or team:SLUG',
});

/** The backend compares logins and teams without regard to case. */
export function sameReviewer(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A reviewer as people are told of them. */
export function reviewerName(named: string): string {
  return named.startsWith('team:') ? `the team ${named.slice(5)}` : named;
}
