import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { writability } from '#shared/blueprints/grants.ts';
import type { AutomaticBy } from './automatic.ts';
import type { Decider } from './decide-automatically.ts';
import { needsPerson } from './needs-person.ts';
import { ownOf } from './own-things.ts';
import { reviewOf } from './review.ts';
import type { SealedBody } from './sealed.ts';
import { isTainted } from './session.ts';

type PolicyBy = Extract<AutomaticBy, { kind: 'policy' }>;

/** What is known of a change besides what is sealed, when its rule is asked. */
export type PolicyFacts = {
  /** As it is now; null when it is gone or cannot be used. */
  readonly blueprint: Blueprint | null;
  /** What the tool's own file says of it. */
  readonly decidable: 'by_policy' | undefined;
  /** Whether all that it builds on is its agent's own work. */
  readonly own: boolean;
  readonly at: Date;
};

/**
 * Why no review rule decides a change by itself, or null when the one that was sealed does. Asked by the approvals
 * server before it signs, and by the executor again before it writes.
 */
export function denyPolicy(body: SealedBody, { blueprint, decidable, own, at }: PolicyFacts): string | null {
  const person = needsPerson(body);
  if (person !== null) return person;
  if (isTainted(body)) return 'Its agent had read what anybody may have written.';
  if (body.review.decide !== 'policy' || !body.review.rule) return 'Its review rule leaves it to people.';
  if (decidable !== 'by_policy') return 'Its tool is not one of those that a rule may decide.';
  if (blueprint === null || blueprint.digest !== body.blueprint?.digest) {
    return 'Its blueprint is not the one under which it was proposed.';
  }
  if (blueprint.agent !== (body.requester.kind === 'agent' && body.requester.agent)) return 'Its agent is another.';
  const live = writability(blueprint, at);
  if (!live.live) return live.why;
  // The rule itself asks for `own`, too; nothing that is not is decided without a person, whatever is written there.
  if (!own) return 'It builds on what is not its agent’s own work.';
  const { decide, rule } = reviewOf(blueprint.review, { ...body, own });
  if (decide === 'policy' && rule?.index === body.review.rule.index) return null;
  return 'The rule that decided it does not hold.';
}

/** Who decided, as an automatic decision says it of a sealed rule. */
export function policyBy({ blueprint, review }: SealedBody): PolicyBy | null {
  if (blueprint === null || review.rule === undefined) return null;
  return { kind: 'policy', blueprint, rule: review.rule };
}

/** Decides by the rules of blueprints. `decidable`: what a tool says of itself, by its name. */
export function policyDecider(of: {
  readonly blueprint: (name: string) => Blueprint | null;
  readonly decidable: (tool: string) => 'by_policy' | undefined;
}): Decider {
  return async (tx, { body }, at) => {
    const by = policyBy(body);
    if (by === null || body.review.decide !== 'policy') return null;
    const facts = {
      blueprint: of.blueprint(by.blueprint.name),
      decidable: of.decidable(body.tool),
      own: (await ownOf(tx, body)) === 'own',
      at,
    };
    return denyPolicy(body, facts) === null ? { by } : null;
  };
}
