import * as z from 'zod';

const text = z.string();
const entry = z.looseObject({ server: text, thing: text });

/** What the agent of a change had read before it, as the console answers it; the session is null where a person asked. */
export const readsBefore = z.union([
  z.looseObject({ session: z.null() }),
  z.looseObject({
    session: z.object({ from: text, to: text }),
    reads: z.array(
      entry.extend({
        name: text,
        revision: text.nullable(),
        trust: z.enum(['trusted', 'untrusted']),
        rank: z.number().nullable(),
        tools: z.array(text),
        first: text,
        last: text,
        times: z.number(),
        forgotten: z.boolean(),
      }),
    ),
    untrusted: z.number(),
    more: z.number(),
    left_out_before: text.nullable(),
    recorded_from: text,
    /** Whether there were earlier ones, which are kept no more. */
    dropped: z.boolean().default(false),
    complete: z.boolean(),
    untrusted_since: z.number(),
  }),
]);
export type ReadsBefore = z.output<typeof readsBefore>;

/** Who read an entry, and what may have come of it, as the console answers it. */
export const entryTrace = z.looseObject({
  entries: z.array(entry.extend({ name: text, forgotten: z.boolean() })),
  readers: z.array(
    entry.extend({
      agent: text,
      blueprint: text,
      revision: text.nullable(),
      trust: z.enum(['trusted', 'untrusted']),
      rank: z.number().nullable(),
      first: text,
      last: text,
      times: z.number(),
    }),
  ),
  influenced: z.array(
    z.looseObject({
      change_id: text,
      server: text,
      tool: text,
      status: text,
      agent: text,
      created_at: text,
      through: entry.extend({ change: text.nullable() }),
      steps: z.number(),
      wrote: z.array(entry),
    }),
  ),
  cut: z.boolean(),
  recorded_from: text,
  dropped: z.boolean().default(false),
});
export type EntryTrace = z.output<typeof entryTrace>;
