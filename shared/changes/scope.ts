import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { AppError } from '#shared/errors.ts';
import type { Capability, Json } from '#shared/tools/index.ts';

/** Answers whether a blueprint's grant of a capability covers an ask. What is not granted is denied. */
export function mayAsk<R, W, A, T extends Json>(
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
  ask: A,
): { readonly may: true } | { readonly may: false; readonly why: string } {
  const grant = blueprint.grants.get(capability.name);
  if (!grant) return { may: false, why: `${capability.name} is not granted.` };
  const denial = capability.denies(grant.scope, ask);
  return denial ? { may: false, why: denial.denied } : { may: true };
}

/** Throws AppError `out_of_scope` at the first ask that the grant does not cover. */
export function assertInScope<R, W, A, T extends Json>(
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
  asks: readonly A[],
): void {
  for (const ask of asks) {
    const answer = mayAsk(blueprint, capability, ask);
    if (!answer.may) {
      throw new AppError('out_of_scope', answer.why, {
        next: 'Work within what the blueprint grants, or ask a person to widen it.',
      });
    }
  }
}
