import { allCapabilities } from '#capabilities/index.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { Decider } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { reviewDecider } from '#shared/changes/decide-by-review.ts';
import type { VerificationKeys } from '#shared/changes/keys.ts';
import { policyDecider } from '#shared/changes/policy.ts';
import type { People } from '#shared/people/people.ts';

/**
 * What decides without a person here: the rules of blueprints, reviews on the backend, and then what people allowed in
 * advance, which is used up.
 */
export function decidersOf(of: {
  readonly blueprints: readonly { readonly known: Blueprint; readonly current: () => Blueprint | null }[];
  readonly keys: () => VerificationKeys;
  readonly people: (() => People) | undefined;
}): readonly Decider[] {
  const tools = allCapabilities.flatMap((capability) => [...capability.tools]);
  const decidable = new Map(
    tools.flatMap((tool) => (tool.kind === 'write' && tool.decidable ? [[tool.name, tool.decidable] as const] : [])),
  );
  const blueprint = (name: string): Blueprint | null =>
    of.blueprints.find(({ known }) => known.name === name)?.current() ?? null;
  const rules = policyDecider({ blueprint, decidable: (tool) => decidable.get(tool) });
  return [rules, reviewDecider({ blueprint, people: of.people }), grantDecider({ keys: of.keys, people: of.people })];
}
