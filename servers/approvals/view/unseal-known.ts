import { type Sealed, unseal } from '#shared/changes/sealed.ts';
import { sha256 } from '#shared/crypto/canonical.ts';

type Kept = Parameters<typeof unseal>[0];

/** What many open pages ask for again and again; longer ones are few, and read each time. Characters. */
const mostKept = 1_000;
const longest = 64 * 1024;

/** By their seals, the one asked for last at the end. What is under a seal never changes, so none is ever wrong. */
const known = new Map<string, Sealed>();

/** Reads a kept body as `unseal` does, and the text of a body that it has read before only for its hash. */
export function unsealKnown(kept: Kept): Sealed {
  const found = sha256(kept.body) === kept.seal ? known.get(kept.seal) : undefined;
  const sealed = found ?? unseal(kept);
  if (kept.body.length > longest) return sealed;
  known.delete(kept.seal);
  known.set(kept.seal, sealed);
  const [oldest] = known.keys();
  if (known.size > mostKept && oldest !== undefined) known.delete(oldest);
  return sealed;
}
