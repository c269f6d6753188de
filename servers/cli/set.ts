import * as z from 'zod';

const text = z.string();
const who = z.object({ kind: text, name: text, issuer: text.nullable() });

const member = z.looseObject({
  change_id: text,
  status: text,
  summary: text,
  flags: z.array(text),
  note: text.nullable(),
  originals: z.array(text),
  /** Those of them that were proposed after their agent had read what anybody may have written. */
  read_untrusted: z.array(text),
});
const leftOut = z.array(z.object({ change_id: text, why: text }));

/** A set of restores, as the console answers it. `seal` is null while it is planned. */
export const set = z.looseObject({
  set_id: text,
  status: text,
  broken: z.boolean(),
  requester: who,
  agent: z.object({ name: text, since: text }).nullable(),
  choice: text,
  reason: text,
  created_at: text,
  expires_at: text,
  seal: text.nullable(),
  members: z.array(member),
  left_out: leftOut,
});
export type RestoreSet = z.output<typeof set>;

/** The answer to a request for a set. */
export const setAsked = z.looseObject({ set_id: text });

/** The answer to a decision over a set. */
export const setDecided = z.looseObject({
  set_id: text,
  changes: z.array(z.looseObject({ change_id: text, status: text })),
});

const listed = z.looseObject({ change_id: text, status: text, summary: text, created_at: text });

/** Calls of one tool for one target that ended alike. What was asked for is named by the server's own words. */
const callGroups = z.object({
  calls: z.number(),
  groups: z.array(
    z.looseObject({
      server: text,
      tool: text,
      outcome: text,
      why: text.nullable(),
      asks: z.array(text),
      count: z.number(),
      first: text,
      last: text,
    }),
  ),
  more: z.object({ groups: z.number(), calls: z.number() }),
});
export type CallGroups = z.output<typeof callGroups>;

/** What an agent did since a time, as the console answers it. */
export const agentRecord = z.looseObject({
  agent: text,
  since: text,
  /** Null when it is not stopped. */
  stop: z.number().nullable(),
  waiting: z.array(text),
  not_told: z.array(text),
  read: callGroups,
  denied: callGroups,
  proposed: z.array(listed),
  wrote: z.array(
    listed.extend({
      backend: text.nullable(),
      touches: z.array(text),
      reaches: z.array(z.object({ code: text, message: text })),
    }),
  ),
  /** The same of all that are named here. */
  read_untrusted: z.array(text),
  would_restore: z.array(z.array(text)),
  left_out: leftOut,
});
export type AgentRecord = z.output<typeof agentRecord>;

/** The same, after something was done about it. */
export const incident = agentRecord.extend({ withdrawn: z.array(text), sets: z.array(text) });
export type Incident = z.output<typeof incident>;
