import * as z from 'zod';

/**
 * What a server found of one thing. `ok`: it is as it should be. `advice`: better otherwise. `wrong`: it has to be put
 * right. `unseen`: nobody can tell from here.
 */
export const finding = z.strictObject({
  /** What it is about: a repository, an installation, a file. */
  about: z.string(),
  /** A stable code of what was looked at. */
  check: z.string().regex(/^[a-z_]+$/),
  verdict: z.enum(['ok', 'advice', 'wrong', 'unseen']),
  message: z.string(),
  /** What can be done about it. */
  next: z.string().optional(),
});
export type Finding = z.infer<typeof finding>;

/** What a server says of its own connection to its backend, as one line of JSON. */
export const report = z.strictObject({
  format: z.literal('countersign/doctor@1'),
  server: z.string(),
  backend: z.string(),
  /** Whether the backend answered at all. */
  reached: z.boolean(),
  findings: z.array(finding),
});
export type Report = z.infer<typeof report>;
