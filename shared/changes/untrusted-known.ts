import type { EndedCall } from './call-record.ts';

/**
 * For so long after something untrusted was written down at once, reading it again goes with the others: a crash that
 * loses that makes it count so much shorter at most. Milliseconds.
 */
const knownMs = 10 * 60_000;

/** So many things are remembered; what is forgotten is written at once again. */
const most = 10_000;

/** What agents read that was untrusted and is on record, as far as this process remembers. */
export function untrustedKnown() {
  const known = new Map<string, number>();
  const keysOf = ({ actor, body, told }: EndedCall): readonly string[] =>
    told.flatMap(({ thing, revision, trust }) =>
      trust === 'untrusted' ? [JSON.stringify([actor.agent, body.server, thing, revision])] : [],
    );
  return {
    /** Whether a call told something untrusted of which it is not known that it was written lately. */
    isNews: (call: EndedCall, at: Date): boolean =>
      keysOf(call).some((key) => {
        const since = known.get(key);
        return since === undefined || at.getTime() - since >= knownMs;
      }),
    note: (call: EndedCall, at: Date): void => {
      for (const key of keysOf(call)) {
        known.delete(key);
        known.set(key, at.getTime());
      }
      for (const key of known.keys()) {
        if (known.size <= most) break;
        known.delete(key);
      }
    },
  };
}
