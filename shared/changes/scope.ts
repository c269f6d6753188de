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
): { readonly may: true } | { readonly may: false; readonly why: string } {
  const elsewhere = capability.elsewhere?.(ask) ?? null;
  const { name, denies } = elsewhere?.capability ?? capability;
  const grant = blueprint.grants.get(name);
  if (!grant) return { may: false, why: `${name} is not granted.` };
  if (elsewhere && !grant.tools.has(elsewhere.tool)) return { may: false, why: `${elsewhere.tool} is not granted.` };
  const denial = denies(grant.scope, ask);
  return denial ? { may: false, why: denial.denied } : { may: true };
}

/** Throws AppError `out_of_scope`, or `instead`, at the first ask that the grant does not cover. */
export function assertInScope<R, W, A, T extends Json>(
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
  asks: readonly A[],
  instead?: AppError,
): void {
  for (const ask of asks) {
    const answer = mayAsk(blueprint, capability, ask);
    if (!answer.may && instead) throw instead;
    if (!answer.may) {
      throw new AppError('out_of_scope', answer.why, {
        next: 'Work within what the blueprint grants, or ask a person to widen it.',
      });
    }
  }
}
