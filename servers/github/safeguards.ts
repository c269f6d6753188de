import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import { readSafeguards } from './read/safeguards.ts';
import type { OpenSession } from './read/session.ts';

/** How old what is known may be, in milliseconds. */
const freshMs = 5 * 60_000;

/** So many repositories are remembered; those of all blueprints are fewer. */
const most = 1_000;

type Entry = {
  readonly until: number;
  readonly found: Promise<{ readonly branch: string; readonly safeguards: Safeguards }>;
};

/** Looks what holds a repository's default branch, once in five minutes for all who ask. */
export function safeguardsCache({ open, now }: { readonly open: OpenSession; readonly now: () => number }) {
  const known = new Map<string, Entry>();
  return async (name: string): Promise<Safeguards> => {
    const key = name.toLowerCase();
    const old = known.get(key);
    if (old && old.until > now()) return (await old.found).safeguards;
    const branch =
      old?.found.then(
        ({ branch: last }) => last,
        () => null,
      ) ?? null;
    const found = (async () => readSafeguards(open(name), await branch))();
    if (known.size >= most) known.clear();
    known.set(key, { until: now() + freshMs, found });
    found.catch(() => known.delete(key));
    return (await found).safeguards;
  };
}
