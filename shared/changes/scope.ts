import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { AppError } from '#shared/errors.ts';
import type { Capability, Json } from '#shared/tools/index.ts';

/**
 * Answers whether a blueprint's grant of a capability, or of the one that the ask is for, covers an ask. What is not
 * granted is denied.
 */
export function mayAsk<R, W, A, T extends Json>(
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
  ask: A,
): { readonly may: true } | { readonly may: false; readonly why: string; readonly remedy?: string } {
  const elsewhere = capability.elsewhere?.(ask) ?? null;
  const { name, denies } = elsewhere?.capability ?? capability;
  const grant = blueprint.grants.get(name);
  if (!grant) return { may: false, why: `${name} is not granted.` };
  if (elsewhere && !grant.tools.has(elsewhere.tool)) return { may: false, why: `${elsewhere.tool} is not granted.` };
  const denial = denies(grant.scope, ask);
  if (!denial) return { may: true };
  return { may: false, why: denial.denied, ...(denial.remedy !== undefined && { remedy: denial.remedy }) };
}

/** What a blueprint's grant of a capability names, for lists and searches to be opened with. */
export function opens<R, W, A, T extends Json>(blueprint: Blueprint, capability: Capability<R, W, A, T>): readonly A[] {
  const grant = blueprint.grants.get(capability.name);
  return grant ? (capability.opens?.(grant.scope) ?? []) : [];
}

/**
 * Throws AppError `out_of_scope`, or `instead`, at the first ask that the grant does not cover; `not_permitted` where a
 * person has to put something right first.
 */
export function assertInScope<R, W, A, T extends Json>(
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
  asks: readonly A[],
  instead?: AppError,
): void {
  for (const ask of asks) {
    const answer = mayAsk(blueprint, capability, ask);
    if (answer.may) continue;
    if (answer.remedy !== undefined) throw new AppError('not_permitted', answer.why, { next: answer.remedy });
    if (instead) throw instead;
    throw new AppError('out_of_scope', answer.why, {
      next: 'Work within what the blueprint grants, or ask a person to widen it.',
    });
  }
}
