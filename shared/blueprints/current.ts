import { statSync } from 'node:fs';
import { AppError } from '#shared/errors.ts';
import type { Blueprint, Grantable } from './blueprint.ts';
import { loadBlueprints } from './load.ts';
import { BlueprintErrors } from './problems.ts';

/**
 * A blueprint as its file says now: read again whenever the file changed, so that an edit or a removal counts from the
 * next call on. Null when it was taken away. Throws AppError `bad_configuration` while its file cannot be used, such as
 * in the middle of being saved: that revokes nothing, and nothing is done under it either.
 */
export function currentBlueprint(known: Blueprint, capabilities: readonly Grantable[]): () => Blueprint | null {
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
    if (!(current instanceof BlueprintErrors)) return current;
    throw new AppError('bad_configuration', `The blueprint ${known.name} cannot be used as its file is now.`, {
      next: 'Ask the operator of this server to mend it.',
      cause: current,
    });
  };
}

/** Changes with the content of a file, whether it was written in place or replaced; null when it is not there. */
function stampOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
