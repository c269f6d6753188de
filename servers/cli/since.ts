import * as z from 'zod';
import { effect } from './change.ts';

const coded = z.object({ code: z.string(), message: z.string() });
const codes = z.object({ added: z.array(coded), gone: z.array(coded) });

/** What changed since the version before, as the console answers it. */
export const since = z.looseObject({
  change_id: z.string(),
  version: z.number(),
  before: z.string(),
  /** Why files cannot be compared; null when they are. */
  missing: z.string().nullable(),
  branch: z.object({ before: z.string().nullable(), now: z.string().nullable() }).nullable(),
  parts: z.array(
    z.object({ what: z.enum(['changed', 'added', 'dropped']), name: z.string(), effect: effect.nullable() }),
  ),
  same: z.array(z.string()),
  flags: codes,
  reaches: codes,
});
export type Since = z.output<typeof since>;
