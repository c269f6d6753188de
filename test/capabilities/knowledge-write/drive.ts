import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { stageContents } from '#shared/changes/contents.ts';
import type {
  Contents,
  Description,
  Effect,
  Json,
  Mark,
  Origin,
  Part,
  Refusal,
  RestoreChoice,
} from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';

export const mark: Mark = { changeId: 'chg_01hzzzzzzzzzzzzzzzzzzzzzzz', token: '0123456789abcdef0123456789abcdef' };
export const otherMark: Mark = { ...mark, token: 'ffffffffffffffffffffffffffffffff' };

/** The agent that proposes, unless a person does. */
const agent = 'deps-bot';

/** Of a change that no person decided: what it writes waits. */
export const undecided: Origin = { ...decidedOrigin, agent, accepted: false };

/** Of what a person asked for. */
const byPeople: Origin = { ...decidedOrigin, agent: null, session: null };

function originOf(name: string): Origin {
  return viewerOf(name) === undefined ? byPeople : decidedOrigin;
}

/** What the tools are tried on: the place in memory, or a backend. Without an agent, people read. */
export type Wiki = {
  readonly reader: (agent?: string) => KnowledgeReader;
  readonly writer: () => KnowledgeWriter;
};

/** A write tool of pages by its name. */
function toolOf(name: string) {
  const tool = knowledgeWrite.tools.find((each) => each.name === name);
  if (tool?.kind !== 'write') throw new Error(`no write tool ${name}`);
  return tool;
}

/** Who reads for a tool: what only people ask for is planned with their eyes. */
function viewerOf(name: string): string | undefined {
  return toolOf(name).door === 'people' ? undefined : agent;
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
  readonly asked: readonly KnowledgeAsk[];
};

/** Takes a call of a write tool as far as the approver; `may` is the scope. */
export async function propose(
  wiki: Wiki,
  name: string,
  args: Record<string, unknown>,
  may: (ask: KnowledgeAsk) => boolean = () => true,
): Promise<Proposal> {
  const tool = toolOf(name);
  const contents = stageContents();
  const input = tool.input.parse({ reason: 'because', ...args });
  const asks = tool.asks(input);
  if (!asks.every(may)) throw new Error('denied at once');
  const before = tool.state.parse(throughJson(await tool.snapshot(input, wiki.reader(viewerOf(name)), contents)));
  const asked = [...asks, ...tool.resolved(input, before)];
  if (!asked.every(may)) throw tool.absent?.(input) ?? new Error('denied');
  return { ...described(name, tool.prepare(input, before, contents, may), before, contents), asked };
}

function described(name: string, made: unknown, before: unknown, contents: Contents): Proposal {
  const tool = toolOf(name);
  const plan = tool.plan.parse(throughJson(made));
  const description = tool.describe(plan, before, contents);
  const lost = description.reversible.kind === 'partial' ? description.reversible.lost : [];
  if (!lost.every((one) => tool.restoring.cannot.includes(one))) throw new Error('it says otherwise in restoring');
  return { name, plan, before, contents, description, asked: [] };
}

/** Runs the steps of a plan and looks at what they left. */
export async function carryOut(
  wiki: Wiki,
  proposal: Proposal,
  { by = mark, origin = originOf(proposal.name) }: { readonly by?: Mark; readonly origin?: Origin } = {},
): Promise<Done> {
  const tool = toolOf(proposal.name);
  const { plan, contents } = proposal;
  const receipts: Record<string, Json> = {};
  for (const step of tool.steps(plan)) {
    const use = { write: wiki.writer(), origin, mark: by, earlier: receipts, contents, goOn: async () => {} };
    receipts[step.name] = throughJson(await step.run(use)) as Json;
  }
  const after = await observe(wiki, { ...proposal, receipts }, viewerOf(proposal.name));
  return { ...proposal, after, receipts };
}

/** Proposes and carries out. */
export async function write(
  wiki: Wiki,
  name: string,
  args: Record<string, unknown>,
  how: Parameters<typeof carryOut>[2] = {},
): Promise<Done> {
  return carryOut(wiki, await propose(wiki, name, args), how);
}

/** The state of what a change touched, as it is now. */
async function observe(wiki: Wiki, done: Omit<Done, 'after'>, viewer?: string): Promise<unknown> {
  const tool = toolOf(done.name);
  const { plan, before, receipts, contents } = done;
  return tool.state.parse(throughJson(await tool.observe(plan, before, receipts, wiki.reader(viewer), contents)));
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
    const contents = stageContents(new Map([...allOf(whole), ...allOf(each)]));
    whole = both && { ...whole, ...both, contents };
  }
  return whole;
}

const allOf = ({ contents }: Done) => (contents as ReturnType<typeof stageContents>).all;

/** What is shown of a change, or of several as one, beside what is there now. */
export async function compare(wiki: Wiki, done: Done | Whole): Promise<readonly Part[]> {
  return toolOf(done.name).compare({ ...single(done), ...done }, await observe(wiki, done), done.contents);
}

/** Plans the undo of a change, or of several as one, from what is there now, as a person asks for it. */
export async function planRestore(
  wiki: Wiki,
  done: Done | Whole,
  choice: RestoreChoice = 'refuse',
): Promise<Proposal | Refusal> {
  const now = await observe(wiki, done);
  const result = toolOf(done.name).restore({ ...single(done), ...done }, now, choice);
  return 'refused' in result ? result : described(done.name, result.plan, now, done.contents);
}

/** Plans and carries out the undo; throws when it is refused. */
export async function restore(
  wiki: Wiki,
  done: Done | Whole,
  choice: RestoreChoice = 'refuse',
  by: Mark = otherMark,
): Promise<Done> {
  const planned = await planRestore(wiki, done, choice);
  if ('refused' in planned) throw new Error(planned.refused);
  const { plan, before } = planned;
  if ((await toolOf(done.name).still(plan, before, wiki.reader())) !== 'holds') throw new Error('it is stale at once');
  return carryOut(wiki, planned, { by, origin: byPeople });
}

/** Whether a plan still fits what is there. */
export function still(wiki: Wiki, { name, plan, before }: Proposal) {
  return toolOf(name).still(plan, before, wiki.reader(viewerOf(name)));
}

/** What a plan builds on, and what a change left. */
export function standsOn({ name, plan, before }: Proposal) {
  return toolOf(name).standsOn?.(plan, before) ?? [];
}
export function leaves({ name, plan, before, receipts, after }: Done) {
  return toolOf(name).leaves?.(plan, before, receipts, after) ?? [];
}

/** What later changes may refer to of a change. */
export function receiptOf({ name, plan, receipts }: Done) {
  return toolOf(name).receipt?.of(plan, receipts) ?? {};
}

/** The only step of a plan. */
export function stepOf({ name, plan }: Proposal) {
  const [step, ...more] = toolOf(name).steps(plan);
  if (step === undefined || more.length > 0) throw new Error('not one step');
  return step;
}

/** Asks the only step whether it took effect. */
export function landed(wiki: Wiki, proposal: Proposal) {
  return stepOf(proposal).landed(wiki.reader(viewerOf(proposal.name)), mark, {}, proposal.contents);
}

/** What an approver is shown, long texts too: field by field, before and after. */
export function shown({
  description,
  contents,
}: Proposal): readonly (readonly [string, string | null, string | null])[] {
  const text = (ref: Extract<Effect, { kind: 'text' }>['before']) => ref && contents.text(ref);
  return description.effects.map((effect) => {
    if (effect.kind === 'file') throw new Error('a page is no file');
    const { field } = effect;
    return effect.kind === 'field'
      ? [field, effect.before, effect.after]
      : [field, text(effect.before), text(effect.after)];
  });
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
