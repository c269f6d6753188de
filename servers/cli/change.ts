import * as z from 'zod';

const text = z.string();

const who = z.object({ kind: text, name: text, issuer: text.nullable() });

const standing = {
  change_id: text,
  status: text,
  server: text,
  tool: text,
  requester: who,
  blueprint: text.nullable(),
  restores: text.nullable(),
  /** Later changes that the restore puts back with that one. */
  also: z.array(text),
  created_at: text,
  expires_at: text,
  note: text.nullable(),
  summary: text,
};

/** What is in doubt about a change, and where a person can look. */
const doubt = z.looseObject({
  step: text,
  since: text,
  settle_from: text,
  answered: z.boolean(),
  seal: text,
  looked_for: text,
  where: z.array(text),
});

/** A change in a list, as the console answers it. */
export const listedChange = z.looseObject({
  ...standing,
  version: z.number(),
  flags: z.array(text),
  doubt: doubt.nullable(),
});
export type ListedChange = z.output<typeof listedChange>;

export const changeList = z.looseObject({ changes: z.array(listedChange), next_before: text.nullable() });
export type ChangeList = z.output<typeof changeList>;

const side = z.object({ mode: text, bytes: z.number(), sha256: text, binary: z.boolean(), line_ends: text.nullable() });
export type Side = z.output<typeof side>;

const hunk = z.object({ old_start: z.number(), new_start: z.number(), lines: z.array(text) });
export type Hunk = z.output<typeof hunk>;
const lineDiff = z.object({ hunks: z.array(hunk), added: z.number(), removed: z.number(), matched: z.boolean() });

const fileEffect = z.object({
  kind: z.literal('file'),
  path: text,
  commit: z.number().optional(),
  moved_from: text.nullable(),
  moved_to: text.nullable(),
  before: side.nullable(),
  after: side.nullable(),
  diff: lineDiff.nullable(),
});
export type FileEffect = z.output<typeof fileEffect>;

const fieldEffect = z.object({
  kind: z.literal('field'),
  target: text,
  field: text,
  before: text.nullable(),
  after: text.nullable(),
  diff: lineDiff.optional(),
});
export type FieldEffect = z.output<typeof fieldEffect>;

/** A file or a field, before and after. */
export const effect = z.discriminatedUnion('kind', [fileEffect, fieldEffect]);

const coded = z.object({ code: text, message: text });

const reversible = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('partial'), lost: z.array(text) }),
  z.object({ kind: z.literal('irreversible'), why: text }),
]);
export type Reversible = z.output<typeof reversible>;

const sentences = z.array(text);

const restoring = z.object({ kept: sentences, back: sentences, cannot: sentences });
export type Restoring = z.output<typeof restoring>;

const part = z.looseObject({
  name: text,
  standing: text,
  before: text.nullable(),
  left: text.nullable(),
  now: text.nullable(),
  later: z.array(z.object({ id: text, author: text.nullable() })),
  why: text.nullable(),
  since: effect.nullable(),
});

/** What a restore found: before, as it was left and now, part by part. */
const difference = z.looseObject({
  parts: z.array(part),
  outcomes: z.array(z.object({ choice: text, summary: text.nullable(), refused: text.nullable() })),
});
export type Difference = z.output<typeof difference>;

/** A change of a chain. */
const member = z.object({ change_id: text, status: text, summary: text, seal: text.nullable() });
export type Member = z.output<typeof member>;

/** Which version of what a change is, what was said of those before, and whether there is a newer. */
const versions = z.looseObject({
  version: z.number(),
  earlier: z.array(
    z.object({
      change_id: text,
      version: z.number(),
      status: text,
      rejected: z.looseObject({ who, category: text.nullable(), reason: text.nullable(), signature: text }).nullable(),
    }),
  ),
  newer: z.object({ change_id: text, status: text }).nullable(),
});
export type Versions = z.output<typeof versions>;

/** Of what a branch comes to, since it left its base, as much as is told and as much as is not. */
export const sinceBaseFigures = z.looseObject({
  base: text,
  /** Null when the two have no common past, so that nothing can be told. */
  merge_base: text.nullable(),
  left_out: z.number(),
  cut: z.boolean(),
});

const content = z.looseObject({
  backend: text,
  target: text,
  sponsor: text,
  /** `unverified`: nobody could tell what the sponsor may do there; an older server does not say. */
  sponsor_access: z.literal('unverified').nullish(),
  flags: z.array(coded),
  reaches: z.array(coded),
  reversible,
  /** Null for what was sealed before tools said it. */
  restoring: restoring.nullable(),
  effects: z.array(effect),
  /** What its branch comes to with it, in figures; null where there is no such sum. */
  since_base: sinceBaseFigures.extend({ files: z.number(), only_this: z.boolean() }).nullable(),
  /** What stands in texts for what an earlier change leaves behind. */
  references: z.array(z.object({ text, field: text, change_id: text })),
});
export type Content = z.output<typeof content>;

/** Who may decide a change, by which rule, and how many of them have approved. */
const review = z.looseObject({
  by: z.array(text),
  quorum: z.number(),
  exclude: z.array(text),
  /** What each approval needs besides; null when nothing. */
  step_up: text.nullable(),
  rule: text,
  /** Whether the rule itself decides, as long as it holds. */
  decide: z.literal('policy').nullable(),
  approved: z.number(),
  /** Null where the rule wants no code owners. */
  owners: z
    .looseObject({
      unread: z.array(z.number()),
      sets: z.array(z.looseObject({ paths: z.array(text), owners: z.array(text), approved: z.boolean() })),
    })
    .nullable(),
});
export type Review = z.output<typeof review>;

/** What a change waits for that goes by reviews on its backend; an older server does not say. */
const there = z
  .looseObject({
    name: text,
    url: text.nullable(),
    head: text,
    by: z.array(text),
    waits: text.nullable(),
    seen: z.array(z.looseObject({ login: text, person: text.nullable(), state: text, at: text, not: text.nullable() })),
  })
  .nullish();

/** Who looks at a change that waits, and what was told again of it; null for any other. */
const attention = z
  .looseObject({
    assigned: z.looseObject({ id: z.number(), who: z.looseObject({ name: text }).nullable() }).nullable(),
    reminded_at: text.nullable(),
    escalated: z.looseObject({ at: text, to: z.array(text) }).nullable(),
  })
  .nullable();
export type Attention = z.output<typeof attention>;

/** A change in full, as the console answers it. `seal` and `content` are null while it has no plan. */
export const change = z.looseObject({
  ...standing,
  seal: text.nullable(),
  /** Null while it has no plan. */
  review: review.nullable(),
  there,
  attention,
  decisions: z.array(
    z.looseObject({
      ...{ verb: text, who, at: text, signature: text, reason: text.nullable() },
      /** By what it was decided where no person did here; an older server does not say. */
      automatic: text.nullish(),
    }),
  ),
  /** What has to be applied before it, and what comes after it. */
  chain: z.object({ earlier: z.array(member), later: z.array(member) }),
  versions,
  /** Null unless the answer to a step was lost. */
  doubt: doubt.nullable(),
  /** Of a partial change: the steps that were not done. */
  left: z.array(text),
  /** True when the ledger no longer has what was sealed; then nothing of it is shown. */
  broken: z.boolean(),
  choice: text.nullable(),
  /** What a restore found when it was planned; null for any other change. */
  difference: difference.nullable(),
  /** The set that a restore is decided with. */
  set: text.nullable(),
  content: content.nullable(),
  reason: text,
  steps: z.array(z.looseObject({ name: text, state: text, verified: z.boolean().nullable(), link: text.nullable() })),
  restored_by: z.array(z.looseObject({ change_id: text, status: text })),
  /** Of what a rule or a task grant let in: whether it waits for a person to accept it; an older server does not say. */
  quarantine: z
    .looseObject({ waits: z.boolean(), accepted_by: z.array(z.looseObject({ change_id: text, status: text })) })
    .nullish(),
  /** The change that a person's request is about. */
  about: text.nullish(),
});
export type Change = z.output<typeof change>;

/** Where a change stands. */
export const progress = z.looseObject({ change_id: text, status: text, note: text.nullable() });
export type Progress = z.output<typeof progress>;

/** The answer to a decision. */
export const decided = z.looseObject({ change_id: text, status: text });

/** The answer to a note of who looks at a change. */
export const assigned = z.looseObject({ change_id: text, attention });

/** The answer to a request to take a change up again. */
export const resumeAsked = z.looseObject({ change_id: text });

/** The answer to a settlement. */
export const settled = z.looseObject({ change_id: text, answer: text });

/** The answer to a request of a person: the change that will do it. */
export const changeAsked = z.looseObject({ change_id: text });
