import * as z from 'zod';
import { contentRef } from './content.ts';

/** A file as it is on one side of a change. `mode` is git's: 100644, 100755, 120000 (symlink) or 160000 (submodule). */
export const fileState = z.strictObject({
  content: contentRef,
  mode: z.enum(['100644', '100755', '120000', '160000']),
  /** True when the bytes are not text, so that no line diff can be shown. */
  binary: z.boolean(),
});
export type FileState = z.infer<typeof fileState>;

/** One file, before and after; null where it does not exist. `movedFrom` names the path whose content it takes over. */
const fileEffect = z.strictObject({
  kind: z.literal('file'),
  path: z.string(),
  movedFrom: z.string().optional(),
  /** Which of several commits does it, from 1; absent where it is what all of them come to. */
  commit: z.number().int().positive().exactOptional(),
  before: fileState.nullable(),
  after: fileState.nullable(),
});

/** One field of one thing (a branch's head, a pull request's title), before and after. */
const fieldEffect = z.strictObject({
  kind: z.literal('field'),
  /** What has the field, in words a person knows: "pull request", "branch deps/zod". */
  target: z.string(),
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** The same of a text that can be long, such as that of a page: by its contents. */
const textEffect = z.strictObject({
  kind: z.literal('text'),
  target: z.string(),
  field: z.string(),
  before: contentRef.nullable(),
  after: contentRef.nullable(),
});

/** What a plan changes, in full: the approver is shown these and nothing else stands for the change. */
export const effect = z.discriminatedUnion('kind', [fileEffect, fieldEffect, textEffect]);
export type Effect = z.infer<typeof effect>;
export type FileEffect = z.infer<typeof fileEffect>;
export type FieldEffect = z.infer<typeof fieldEffect>;
export type TextEffect = z.infer<typeof textEffect>;

/** What something comes to of which a change is a part: all that a branch changed since it left its base, this included. */
export const sinceBase = z.strictObject({
  /** What it is compared with. */
  base: z.string(),
  /** The commit at which they parted; null when they have no common past, so that nothing can be told. */
  merge_base: z.string().nullable(),
  effects: z.array(fileEffect).readonly(),
  /** How many more files there are that are not told. */
  left_out: z.number().int().nonnegative(),
  /** Whether there may be more than that. */
  cut: z.boolean(),
});
export type SinceBase = z.infer<typeof sinceBase>;

/** Properties of a change that an approver should not overlook. */
export const flag = z.strictObject({
  code: z.enum([
    'protected_path',
    'agent_configuration',
    'workflow_file',
    'dependency',
    'deletion',
    'binary',
    'hidden_characters',
    'overwrites_others',
    'published_since',
    'closes',
    'publishes',
    'retargets',
    'base_unprotected',
    'ci_secrets',
    'executable',
    'symbolic_link',
    'attribution',
    'mentions',
    'customer_visible',
    'commands',
    'smart_commits',
    'remote_content',
    'read_untrusted',
    'instructions',
    'encoded_content',
    'exfiltration',
  ]),
  /** One sentence that names what raised it. */
  message: z.string(),
});
export type Flag = z.infer<typeof flag>;

/** What a write sets off beyond its own undo. */
export const reach = z.strictObject({
  code: z.enum(['runs_ci', 'notifies', 'triggers_software', 'leaves_organisation']),
  message: z.string(),
});
export type Reach = z.infer<typeof reach>;

/** How far a change can be put back, told before it is decided. */
export const reversible = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('full') }),
  z.strictObject({ kind: z.literal('partial'), lost: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('irreversible'), why: z.string() }),
]);
export type Reversible = z.infer<typeof reversible>;

/** Who can see what is written to: everybody, everybody of an enterprise, or those who were let in. */
export const audience = z.enum(['public', 'internal', 'private']);
export type Audience = z.infer<typeof audience>;
