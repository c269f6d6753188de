import * as z from 'zod';

/**
 * Something that a plan builds on, as it was when the plan was made. `thing` is a name that never becomes another's;
 * `version` is null for what has none. `ended`: nobody works on it any more, such as a merged pull request.
 */
export const foundation = z.strictObject({
  thing: z.string().min(1),
  version: z.string().nullable(),
  ended: z.literal(true).exactOptional(),
});
export type Foundation = z.infer<typeof foundation>;

/** Something that a change made, or moved on to another version. */
export type Left = { readonly thing: string; readonly version: string | null; readonly made: boolean };
