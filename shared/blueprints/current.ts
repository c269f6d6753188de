import { AppError } from '#shared/errors.ts';
import type { Blueprint, Grantable } from './blueprint.ts';
import { loadBlueprints } from './load.ts';
import { BlueprintErrors } from './problems.ts';
import { stampOf } from './stamp.ts';

/**
 * A blueprint as its file says now: read again whenever the file changed, so that an edit or a removal counts from the
 * next call on. Null when it was taken away. Throws AppError `bad_configuration` while its file cannot be used, such as
 * in the middle of being saved: that revokes nothing, and nothing is done under it either. `noWrites` says why a sponsor
 * has no writes, or null; it is asked before each write.
 */
export function currentBlueprint(
  known: Blueprint,
  capabilities: readonly Grantable[],
  noWrites?: (sponsor: string) => string | null,
): () => Blueprint | null {
  const read = (): Blueprint | null | BlueprintErrors => {
    try {
      const found = loadBlueprints({ path: known.source, capabilities });
      return found.find((blueprint) => blueprint.name === known.name) ?? null;
    } catch (error) {
      if (error instanceof BlueprintErrors) return error;
      throw error;
    }
  };
  let seen = stampOf(known.source);
  let current = read();
  return () => {
    const stamp = stampOf(known.source);
    if (stamp === null) return null;
    if (stamp !== seen) {
      current = read();
      seen = stamp;
    }
    if (!(current instanceof BlueprintErrors)) return current && withRule(current, noWrites);
    throw new AppError('bad_configuration', `The blueprint ${known.name} cannot be used as its file is now.`, {
      next: 'Ask the operator of this server to mend it.',
      cause: current,
    });
  };
}

function withRule(blueprint: Blueprint, noWrites: ((sponsor: string) => string | null) | undefined): Blueprint {
  return noWrites === undefined ? blueprint : { ...blueprint, noWrites: () => noWrites(blueprint.sponsor) };
}
