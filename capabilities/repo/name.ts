import * as z from 'zod';

/** `owner/name` in the characters that GitHub allows. */
export const repositoryName = z
  .string()
  .max(140)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, {
    error: 'must be "owner/name"',
  });

/** GitHub compares names of repositories without regard to case. */
export function sameRepository(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
