import * as z from 'zod';
import { type Capability, defineCapability, queueToolsFor, type Step, toolsFor } from '#shared/tools/index.ts';
import type { WriteSpec } from '#shared/tools/tool.ts';

type Reader = { readonly look: () => Promise<string> };
type Writer = { readonly put: (text: string) => Promise<string> };
type Ask = { readonly shelf: string };
type Target = { readonly shelf: string };

const tools = toolsFor<Reader, Writer, Ask, Target>();
const text = z.strictObject({ text: z.string() });
type Text = z.infer<typeof text>;

const step: Step<Reader, Writer> = {
  name: 'put',
  repeat: 'guarded',
  run: ({ write }) => write.put('x'),
  landed: async () => 'not_found',
};

const spec = {
  name: 'put',
  title: 'Put',
  description: 'Puts.',
  input: text,
  state: text,
  plan: text,
  asks: () => [{ shelf: 'a' }],
  snapshot: async (_input: Text, reader: Reader) => ({ text: await reader.look() }),
  resolved: () => [],
  prepare: (input: Text) => input,
  target: () => ({ shelf: 'a' }),
  describe: () => ({
    summary: '',
    effects: [],
    touches: [],
    flags: [],
    reaches: [],
    reversible: { kind: 'full' as const },
  }),
  still: async () => 'holds' as const,
  steps: () => [step],
  observe: async (_plan: Text, _before: Text, _receipts: object, reader: Reader) => ({ text: await reader.look() }),
  restoring: { kept: ['All.'], back: ['All.'], cannot: [] },
  compare: () => [],
  restore: ({ before }: { before: Text }) => ({ plan: before }),
  combine: () => null,
};

// As it should be.
const put = tools.write(spec);
export const good: Capability<Reader, Writer, Ask, Target> = defineCapability({
  name: 'put',
  description: 'Puts.',
  scope: z.strictObject({}),
  denies: () => null,
  tools: [put],
});

// Nothing but a step is given a writer.

// @ts-expect-error: a snapshot has a reader and asks for a writer
export const snapshot = tools.write({ ...spec, snapshot: async (_: Text, w: Writer) => ({ text: await w.put('x') }) });

export const observe = tools.write({
  ...spec,
  // @ts-expect-error: neither does what is observed afterwards come by way of a writer
  observe: async (_p: Text, _b: Text, _r: object, w: Writer) => ({ text: await w.put('') }),
});

export const still = tools.write({
  ...spec,
  // @ts-expect-error: nor the look whether a plan still holds
  still: async (_p: Text, _b: Text, w: Writer) => ((await w.put('')) ? 'holds' : 'holds'),
});

// @ts-expect-error: nor the look for a mark
export const landed: Step<Reader, Writer> = { ...step, landed: async (w: Writer) => ({ landed: await w.put('') }) };

// @ts-expect-error: a plan is made without a backend, and without waiting
export const prepare = tools.write({ ...spec, prepare: async (input: Text) => input });

// @ts-expect-error: a plan is made from input, state and contents; there is no fourth argument
export const prepareMore = tools.write({ ...spec, prepare: (i: Text, _b: Text, _c: object, _w: Writer) => i });

// @ts-expect-error: what is restored is a plan of the same tool
export const restore = tools.write({ ...spec, restore: () => ({ plan: { other: 1 } }) });

// @ts-expect-error: a tool says how it is put back
export const noRestore = tools.write({ ...spec, restore: undefined });

// @ts-expect-error: a step says whether it may be repeated
export const noRepeat: Step<Reader, Writer> = { name: 'put', run: step.run, landed: step.landed };

type OtherWriter = { readonly drop: () => Promise<null> };

export const foreign = tools.write({
  ...spec,
  // @ts-expect-error: a step of another backend's writer is none of this one's
  steps: () => [{ ...step, run: ({ write }: { write: OtherWriter }) => write.drop() }],
});

export const read = tools.read({
  name: 'look',
  title: 'Look',
  description: 'Looks.',
  input: text,
  output: text,
  asks: () => [],
  // @ts-expect-error: a tool that reads is not given a writer
  read: async (_input: Text, writer: Writer) => ({ text: await writer.put('x') }),
});

const capability = { name: 'put', description: '', scope: z.strictObject({}), denies: () => null };

declare const lookalike: WriteSpec<unknown, unknown, unknown, Reader, Writer, Ask, Target> & { readonly kind: 'write' };
export const handmade = defineCapability<object, Reader, Writer, Ask, Target>({
  ...capability,
  // @ts-expect-error: what looks like a tool and was not made by toolsFor is none
  tools: [lookalike],
});

const others = toolsFor<Reader, OtherWriter, Ask, Target>();
const drop = others.write({ ...spec, steps: () => [{ ...step, run: ({ write }) => write.drop() }] });

// @ts-expect-error: a tool that needs another writer
export const otherWriter = defineCapability<object, Reader, Writer, Ask, Target>({ ...capability, tools: [drop] });

export const noScope = defineCapability<object, Reader, Writer, Ask, Target>({
  ...capability,
  // @ts-expect-error: a scope is an object
  scope: z.string(),
  tools: [put],
});

type Queue = { readonly withdraw: (id: string) => Promise<void> };
export const queued = queueToolsFor<Queue>()({
  name: 'withdraw',
  title: 'Withdraw',
  description: 'Withdraws.',
  input: text,
  output: text,
  readOnly: false,
  // @ts-expect-error: a queue tool is given the caller's queue, and no writer
  run: async (_input: Text, writer: Writer) => ({ text: await writer.put('x') }),
});
