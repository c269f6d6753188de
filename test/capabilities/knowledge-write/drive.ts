import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { Effect, Origin } from '#shared/tools/index.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { type Done, driverOf, type Proposal as ProposalOf } from '../driver.ts';

export { type Done, mark, otherMark } from '../driver.ts';

/** The agent that proposes, unless a person does. */
const agent = 'deps-bot';

/** Of a change that no person decided: what it writes waits. */
export const undecided: Origin = { ...decidedOrigin, agent, accepted: false };

/** Of what a person asked for. */
const byPeople: Origin = { ...decidedOrigin, agent: null, session: null };

/** What the tools are tried on: the place in memory, or a backend. Without an agent, people read. */
export type Wiki = {
  readonly reader: (agent?: string) => KnowledgeReader;
  readonly writer: () => KnowledgeWriter;
};
export type Proposal = ProposalOf<KnowledgeAsk>;

/** What only people ask for is planned with their eyes. */
const isOfPeople = (tool: { readonly door?: string } | null): boolean => tool === null || tool.door === 'people';

const driver = driverOf({
  capability: knowledgeWrite,
  readerFor: (wiki: Wiki, tool) => wiki.reader(isOfPeople(tool) ? undefined : agent),
  writerOf: (wiki) => wiki.writer(),
  originOf: (tool) => (isOfPeople(tool) ? byPeople : decidedOrigin),
});
export const { propose, carryOut, asOne, compare, planRestore, restore, still, stepOf, landed } = driver;

/** Proposes and carries out. */
export async function write(
  wiki: Wiki,
  name: string,
  args: Record<string, unknown>,
  how: Parameters<typeof carryOut>[2] = {},
): Promise<Done> {
  return carryOut(wiki, await propose(wiki, name, args), how);
}

/** What a plan builds on, and what a change left. */
export function standsOn({ name, plan, before }: Proposal) {
  return driver.toolOf(name).standsOn?.(plan, before) ?? [];
}
export function leaves({ name, plan, before, receipts, after }: Done) {
  return driver.toolOf(name).leaves?.(plan, before, receipts, after) ?? [];
}

/** What later changes may refer to of a change. */
export function receiptOf({ name, plan, receipts }: Done) {
  return driver.toolOf(name).receipt?.of(plan, receipts) ?? {};
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
