import * as z from 'zod';
import { fileState } from './effects.ts';

const sentences = z.array(z.string().min(1)).readonly();

/** What of a tool's work can be put back, in plain sentences: sealed with every change, and shown before it is decided. */
export const restoring = z.strictObject({
  /** What is kept of the state before. */
  kept: sentences,
  /** What a restore gives back. */
  back: sentences,
  /** What no restore gives back. */
  cannot: sentences,
});
export type Restoring = z.infer<typeof restoring>;

/** One side of a part; null where it does not exist. */
const side = z.union([z.strictObject({ file: fileState }), z.strictObject({ text: z.string() })]).nullable();
export type Side = z.infer<typeof side>;

/** What somebody else did to a part since: its id on the backend, and who, as far as the backend tells. */
const later = z.strictObject({ id: z.string(), author: z.string().nullable() });

/** One part of what a change did (a file, a branch, a pull request): before it, as it left it, and now. */
export const part = z.strictObject({
  name: z.string(),
  before: side,
  left: side,
  now: side,
  /**
   * `as_left`: as we left it. `changed`: somebody else worked on it since, or between several changes of ours. `back`:
   * it is as before already. `cannot`: it cannot be put back, and `why` says so.
   */
  standing: z.enum(['as_left', 'changed', 'back', 'cannot']),
  later: z.array(later).readonly(),
  why: z.string().nullable(),
});
export type Part = z.infer<typeof part>;
