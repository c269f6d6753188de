import { statSync } from 'node:fs';
import type { Blueprint, Grantable } from './blueprint.ts';
import { reload } from './load.ts';

/**
 * A blueprint as its file says now: read again whenever the file changed, so that an edit or a removal counts from the
 * next call on. Null when the file is gone or cannot be used any more.
 */
export function currentBlueprint(known: Blueprint, capabilities: readonly Grantable[]): () => Blueprint | null {
  let seen = stampOf(known.source);
  let current: Blueprint | null = reload({ path: known.source, name: known.name, capabilities });
  return () => {
    const stamp = stampOf(known.source);
    if (stamp !== seen) {
      current = stamp === null ? null : reload({ path: known.source, name: known.name, capabilities });
      seen = stamp;
    }
    return stamp === null ? null : current;
  };
}

/** Changes with the content of a file, whether it was written in place or replaced; null when it is not there. */
function stampOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
