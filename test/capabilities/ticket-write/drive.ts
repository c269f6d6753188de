import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { ticketWrite } from '#capabilities/ticket-write/capability.ts';
import { stageContents } from '#shared/changes/contents.ts';
import type { Contents, Description, Json, Mark, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import type { FakeTracker } from '#test/fakes/tickets/tracker.ts';

export const mark: Mark = { changeId: 'chg_01hzzzzzzzzzzzzzzzzzzzzzzz', token: '0123456789abcdef0123456789abcdef' };
export const otherMark: Mark = { ...mark, token: 'ffffffffffffffffffffffffffffffff' };

/** What the tools are tried on: the tracker in memory, or a backend. */
export type Tracker = Pick<FakeTracker, 'reader' | 'writer'>;

/** A write tool of tickets by its name. */
function toolOf(name: string) {
  const tool = ticketWrite.tools.find((each) => each.name === name);
  if (tool?.kind !== 'write') throw new Error(`no write tool ${name}`);
  return tool;
}

/** One change and what it left, as the mechanism keeps it: everything has been through JSON and the tool's schemas. */
export type Done = {
  readonly name: string;
  readonly plan: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly receipts: { readonly [step: string]: Json };
  readonly contents: Contents;
};
export type Proposal = Omit<Done, 'after' | 'receipts'> & {
  readonly description: Description;
  /** What the scope was asked, in order. */
  readonly asked: readonly TicketAsk[];
};

/** Takes a call of a write tool as far as the approver; `may` is the scope. */
export async function propose(
  tracker: Tracker,
  name: string,
  args: Record<string, unknown>,
  may: (ask: TicketAsk) => boolean = () => true,
): Promise<Proposal> {
  const tool = toolOf(name);
  const contents = stageContents();
  const input = tool.input.parse({ reason: 'because', ...args });
  const asks = tool.asks(input);
  const before = tool.state.parse(throughJson(await tool.snapshot(input, tracker.reader(), contents)));
  const asked = [...asks, ...tool.resolved(input, before)];
  if (!asked.every(may)) throw tool.absent?.(input) ?? new Error('denied');
  return { ...described(name, tool.prepare(input, before, contents, may), before, contents), asked };
}

function described(name: string, made: unknown, before: unknown, contents: Contents): Proposal {
  const tool = toolOf(name);
  const plan = tool.plan.parse(throughJson(made));
  return { name, plan, before, contents, description: tool.describe(plan, before, contents), asked: [] };
}

/** A proposal whose texts had their references filled in, as the executor does. */
export function filled(proposal: Proposal, value: string): Proposal {
  const fill = (text: string) => text.replaceAll(/\{\{after\.\w+\}\}/g, value);
  return { ...proposal, plan: toolOf(proposal.name).texts?.(proposal.plan, fill) ?? proposal.plan };
}

/** Runs the steps of a plan and looks at what they left. */
export async function carryOut(tracker: Tracker, proposal: Proposal, by: Mark = mark): Promise<Done> {
  const tool = toolOf(proposal.name);
  const { plan, contents } = proposal;
  const receipts: Record<string, Json> = {};
  for (const step of tool.steps(plan)) {
    const use = {
      write: tracker.writer(),
      origin: decidedOrigin,
      mark: by,
      earlier: receipts,
      contents,
      goOn: async () => {},
    };
    receipts[step.name] = throughJson(await step.run(use)) as Json;
  }
  const after = await observe(tracker, { ...proposal, receipts });
  return { ...proposal, after, receipts };
}

/** The state of what a change touched, as it is now. */
async function observe(tracker: Tracker, done: Omit<Done, 'after'>): Promise<unknown> {
  const tool = toolOf(done.name);
  const { plan, before, receipts, contents } = done;
  return tool.state.parse(throughJson(await tool.observe(plan, before, receipts, tracker.reader(), contents)));
}

/** A change that stands for itself. */
const single = (done: Done) => ({ ...done, first: done.before, between: [] as readonly string[] });
type Whole = ReturnType<typeof single>;

/** Several changes of one target, oldest first, as one; null when they cannot be. */
export function asOne([oldest, ...later]: readonly Done[]): Whole | null {
  if (oldest === undefined) return null;
  let whole: Whole | null = single(oldest);
  for (const each of later) {
    if (whole === null) return null;
    const both = toolOf(whole.name).combine(whole, { ...single(each), tool: each.name });
    whole = both && { ...whole, ...both };
  }
  return whole;
}

/** What is shown of a change, or of several as one, beside what is there now. */
export async function compare(tracker: Tracker, done: Done | Whole): Promise<readonly Part[]> {
  return toolOf(done.name).compare({ ...single(done), ...done }, await observe(tracker, done), done.contents);
}

/** Plans the undo of a change, or of several as one, from what is there now. */
export async function planRestore(
  tracker: Tracker,
  done: Done | Whole,
  choice: RestoreChoice = 'refuse',
): Promise<Proposal | Refusal> {
  const now = await observe(tracker, done);
  const result = toolOf(done.name).restore({ ...single(done), ...done }, now, choice);
  return 'refused' in result ? result : described(done.name, result.plan, now, done.contents);
}

/** Plans and carries out the undo; throws when it is refused. */
export async function restore(
  tracker: Tracker,
  done: Done | Whole,
  choice: RestoreChoice = 'refuse',
  by: Mark = otherMark,
): Promise<Done> {
  const planned = await planRestore(tracker, done, choice);
  if ('refused' in planned) throw new Error(planned.refused);
  if ((await still(tracker, planned)) !== 'holds') throw new Error('it is stale at once');
  return carryOut(tracker, planned, by);
}

/** Whether a plan still fits what is there. */
export function still(tracker: Tracker, { name, plan, before }: Proposal) {
  return toolOf(name).still(plan, before, tracker.reader());
}

/** The only step of a plan. */
export function stepOf({ name, plan }: Proposal) {
  const [step, ...more] = toolOf(name).steps(plan);
  if (step === undefined || more.length > 0) throw new Error('not one step');
  return step;
}

/** Asks the only step whether it took effect. */
export function landed(tracker: Tracker, proposal: Proposal) {
  return stepOf(proposal).landed(tracker.reader(), mark, {}, proposal.contents);
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
