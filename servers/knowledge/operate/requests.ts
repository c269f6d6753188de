import * as z from 'zod';

const text = z.string();
const level = z.enum(['read', 'write']);
const make = z.strictObject({
  name: text,
  audience: z.enum(['public', 'internal', 'private']),
  members: z.record(text, level),
});

/** What the command asks of this program: one of these, as JSON. */
export const operateRequest = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('import'),
    from: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('folder'), folder: text }),
      z.strictObject({ kind: z.literal('git'), repository: text, ref: text, folder: text.nullable() }),
    ]),
    /** What the source is called, unless as its folder. */
    source: text.nullable(),
    namespace: text,
    make: make.nullable(),
    under: text.nullable(),
    trust: z.enum(['trusted', 'untrusted']),
    prune: z.boolean(),
    dryRun: z.boolean(),
    skip: z.boolean(),
  }),
  z.strictObject({
    do: z.literal('export'),
    folder: text,
    namespace: text,
    at: text.nullable(),
    force: z.boolean(),
  }),
  z.strictObject({ do: z.literal('forget'), page: text, reason: text, dryRun: z.boolean() }),
  z.strictObject({ do: z.literal('namespaces') }),
  z.strictObject({ do: z.literal('namespace'), key: text, make, archived: z.boolean().nullable() }),
  z.strictObject({ do: z.literal('backup'), file: text }),
]);
export type OperateRequest = z.output<typeof operateRequest>;
