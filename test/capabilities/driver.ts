import { stageContents } from '#shared/changes/contents.ts';
import type {
  Capability,
  Contents,
  Description,
  Json,
  Mark,
  Origin,
  Part,
  Refusal,
  RestoreChoice,
  WriteTool,
} from '#shared/tools/index.ts';

export const mark: Mark = { changeId: 'chg_01hzzzzzzzzzzzzzzzzzzzzzzz', token: '0123456789abcdef0123456789abcdef' };
export const otherMark: Mark = { ...mark, token: 'ffffffffffffffffffffffffffffffff' };

/** One change and what it left, as the mechanism keeps it: everything has been through JSON and the tool's schemas. */
export type Done = {
  readonly name: string;
  readonly plan: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly receipts: { readonly [step: string]: Json };
  readonly contents: Contents;
};
export type Proposal<Ask> = Omit<Done, 'after' | 'receipts'> & {
  readonly description: Description;
  /** What the scope was asked, in order. */
  readonly asked: readonly Ask[];
};

type How = { readonly by?: Mark; readonly origin?: Origin };

/** A change that stands for itself. */
const single = (done: Done) => ({ ...done, first: done.before, between: [] as readonly string[] });
type Whole = ReturnType<typeof single>;

/**
 * Drives the write tools of a capability on a place, as the mechanism does. A tool is null where it is a person who looks
 * or writes: to put a change back.
 */
export function driverOf<R, W, A, T extends Json, Place>({
  capability,
  readerFor,
  writerOf,
  originOf,
}: {
  readonly capability: Capability<R, W, A, T>;
  readonly readerFor: (place: Place, tool: WriteTool<R, W, A, T> | null) => R;
  readonly writerOf: (place: Place) => W;
  readonly originOf: (tool: WriteTool<R, W, A, T> | null) => Origin;
}) {
  const toolOf = (name: string): WriteTool<R, W, A, T> => {
    const tool = capability.tools.find((each) => each.name === name);
    if (tool?.kind !== 'write') throw new Error(`no write tool ${name}`);
    return tool;
  };

  const described = (name: string, made: unknown, before: unknown, contents: Contents): Proposal<A> => {
    const tool = toolOf(name);
    const plan = tool.plan.parse(throughJson(made));
    const description = tool.describe(plan, before, contents);
    const lost = description.reversible.kind === 'partial' ? description.reversible.lost : [];
    if (!lost.every((one) => tool.restoring.cannot.includes(one))) throw new Error('it says otherwise in restoring');
    return { name, plan, before, contents, description, asked: [] };
  };

  /** Takes a call of a write tool as far as the approver; `may` is the scope. */
  const propose = async (
    place: Place,
    name: string,
    args: Record<string, unknown>,
    may: (ask: A) => boolean = () => true,
  ): Promise<Proposal<A>> => {
    const tool = toolOf(name);
    const contents = stageContents();
    const input = tool.input.parse({ reason: 'because', ...args });
    const asks = tool.asks(input);
    if (!asks.every(may)) throw new Error('denied at once');
    const before = tool.state.parse(throughJson(await tool.snapshot(input, readerFor(place, tool), contents)));
    const asked = [...asks, ...tool.resolved(input, before)];
    if (!asked.every(may)) throw tool.absent?.(input) ?? new Error('denied');
    return { ...described(name, tool.prepare(input, before, contents, may), before, contents), asked };
  };

  /** The state of what a change touched, as it is now. */
  const observe = async (reader: R, { name, plan, before, receipts, contents }: Omit<Done, 'after'>) => {
    const tool = toolOf(name);
    return tool.state.parse(throughJson(await tool.observe(plan, before, receipts, reader, contents)));
  };

  /** Runs the steps of a plan and looks at what they left. */
  const carryOut = async (place: Place, proposal: Proposal<A>, { by = mark, origin }: How = {}): Promise<Done> => {
    const tool = toolOf(proposal.name);
    const { plan, contents } = proposal;
    const receipts: Record<string, Json> = {};
    const common = { write: writerOf(place), origin: origin ?? originOf(tool), mark: by, contents };
    for (const step of tool.steps(plan)) {
      const use = { ...common, earlier: receipts, goOn: async () => {} };
      receipts[step.name] = throughJson(await step.run(use)) as Json;
    }
    const after = await observe(readerFor(place, tool), { ...proposal, receipts });
    return { ...proposal, after, receipts };
  };

  /** Several changes of one target, oldest first, as one; null when they cannot be. */
  const asOne = ([oldest, ...later]: readonly Done[]): Whole | null => {
    if (oldest === undefined) return null;
    let whole: Whole | null = single(oldest);
    for (const each of later) {
      if (whole === null) return null;
      const both = toolOf(whole.name).combine(whole, { ...single(each), tool: each.name });
      const contents = stageContents(new Map([...allOf(whole), ...allOf(each)]));
      whole = both && { ...whole, ...both, contents };
    }
    return whole;
  };

  /** What is shown of a change, or of several as one, beside what is there now. */
  const compare = async (place: Place, done: Done | Whole): Promise<readonly Part[]> =>
    toolOf(done.name).compare({ ...single(done), ...done }, await observe(readerFor(place, null), done), done.contents);

  /** Plans the undo of a change, or of several as one, from what is there now, as a person asks for it. */
  const planRestore = async (
    place: Place,
    done: Done | Whole,
    choice: RestoreChoice = 'refuse',
  ): Promise<Proposal<A> | Refusal> => {
    const now = await observe(readerFor(place, null), done);
    const result = toolOf(done.name).restore({ ...single(done), ...done }, now, choice);
    return 'refused' in result ? result : described(done.name, result.plan, now, done.contents);
  };

  /** Plans and carries out the undo; throws when it is refused. */
  const restore = async (
    place: Place,
    done: Done | Whole,
    choice: RestoreChoice = 'refuse',
    by: Mark = otherMark,
  ): Promise<Done> => {
    const planned = await planRestore(place, done, choice);
    if ('refused' in planned) throw new Error(planned.refused);
    const { plan, before } = planned;
    const still = await toolOf(done.name).still(plan, before, readerFor(place, null));
    if (still !== 'holds') throw new Error('it is stale at once');
    return carryOut(place, planned, { by, origin: originOf(null) });
  };

  /** Whether a plan still fits what is there. */
  const still = (place: Place, { name, plan, before }: Proposal<A>) =>
    toolOf(name).still(plan, before, readerFor(place, toolOf(name)));

  /** The only step of a plan. */
  const stepOf = ({ name, plan }: Proposal<A>) => {
    const [step, ...more] = toolOf(name).steps(plan);
    if (step === undefined || more.length > 0) throw new Error('not one step');
    return step;
  };

  /** Asks the only step whether it took effect. */
  const landed = (place: Place, proposal: Proposal<A>) =>
    stepOf(proposal).landed(readerFor(place, toolOf(proposal.name)), mark, {}, proposal.contents);

  return { toolOf, propose, carryOut, asOne, compare, planRestore, restore, still, stepOf, landed };
}

const allOf = ({ contents }: Done) => (contents as ReturnType<typeof stageContents>).all;

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
