import { digest } from '#shared/crypto/canonical.ts';
import type { Json, JsonObject, Told } from '#shared/tools/index.ts';

/** So many things that an answer told of are named in its event; all are in the ledger's own table of reads. */
const mostNamed = 20;

/** A name is for people to know a thing by: so many characters of it are kept. */
const mostCharacters = 200;

/** What is kept of what an answer told: each thing at its revision once, with names that are no longer than need be. */
export function toldOnce(all: readonly Told[]): readonly Told[] {
  const kept = new Map<string, Told>();
  for (const one of all) {
    const key = JSON.stringify([one.thing, one.revision]);
    const known = kept.get(key);
    // Whatever else it told of a thing, its untrusted words were read.
    if (known) kept.set(key, { ...known, ...(one.trust === 'untrusted' && { trust: one.trust }) });
    else kept.set(key, { ...one, name: brief(one.name) });
  }
  return [...kept.values()];
}

function brief(name: string): string {
  const whole = name.toWellFormed();
  return whole.length > mostCharacters ? `${whole.slice(0, mostCharacters - 1).toWellFormed()}…` : whole;
}

/** What the event of a read says of what was told: some of it by name, and a digest of all of it. */
export function toldAs(told: readonly Told[]): JsonObject {
  if (told.length === 0) return {};
  const untrusted = told.filter(({ trust }) => trust === 'untrusted').length;
  return {
    told: told.slice(0, mostNamed).map(({ thing, revision, rank, trust }) => ({
      thing,
      ...(revision !== null && { revision }),
      ...(rank !== null && { rank }),
      ...(trust === 'untrusted' && { trust }),
    })),
    told_count: told.length,
    told_digest: toldDigest(told),
    ...(untrusted > 0 && { untrusted }),
  };
}

/** What it says besides where some of that was on record already, and only `fresh` is put there with it. */
export function keptAs(told: readonly Told[], fresh: readonly Told[]): JsonObject {
  const before = told.length - fresh.length;
  return before === 0 ? {} : { told_before: before, kept_digest: toldDigest(fresh) };
}

/** One name for what was told, in its order. */
export function toldDigest(told: readonly Told[]): string {
  return digest(told.map(({ thing, name, revision, rank, trust }): Json => [thing, name, revision, rank, trust]));
}
