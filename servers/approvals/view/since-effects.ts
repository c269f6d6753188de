import { canonical } from '#shared/crypto/canonical.ts';
import type { Effect } from '#shared/tools/index.ts';

/** How a part of a new version stands to the version before: `added` and `dropped` are parts that only one of them has. */
export type PartSince = { readonly what: 'changed' | 'added' | 'dropped'; readonly effect: Effect };

/**
 * What a new version would do otherwise than the version before: from how that would have left a part, to how this one
 * would. `same` names the parts that both leave alike.
 */
export function effectsSince(
  before: readonly Effect[],
  now: readonly Effect[],
): { readonly parts: readonly PartSince[]; readonly same: readonly string[] } {
  const old = numbered(before);
  const parts: PartSince[] = [];
  const same: string[] = [];
  for (const [key, effect] of numbered(now)) {
    const was = old.get(key);
    old.delete(key);
    if (was === undefined) parts.push({ what: 'added', effect });
    else if (leaves(was) === leaves(effect)) same.push(nameOf(effect));
    else parts.push({ what: 'changed', effect: between(was, effect) });
  }
  for (const effect of old.values()) parts.push({ what: 'dropped', effect: backOf(effect) });
  return { parts, same };
}

/** By what they are about; those about the same count on. */
function numbered(effects: readonly Effect[]): Map<string, Effect> {
  const all = new Map<string, Effect>();
  for (const effect of effects) {
    for (let count = 0; ; count += 1) {
      const key = JSON.stringify([effect.kind, nameOf(effect), count]);
      if (all.has(key)) continue;
      all.set(key, effect);
      break;
    }
  }
  return all;
}

function nameOf(effect: Effect): string {
  if (effect.kind !== 'file') return `${effect.target}: ${effect.field}`;
  return effect.commit === undefined ? effect.path : `${effect.path} (commit ${effect.commit})`;
}

function leaves(effect: Effect): string {
  return effect.kind === 'file' ? canonical([effect.after, effect.movedFrom ?? null]) : canonical(effect.after);
}

/** What was to be and what is to be now. Both are of one kind and name. */
function between(was: Effect, effect: Effect): Effect {
  if (was.kind === 'file' && effect.kind === 'file') {
    return { kind: 'file', path: effect.path, before: was.after, after: effect.after };
  }
  if (was.kind === 'field' && effect.kind === 'field') return { ...effect, before: was.after };
  if (was.kind === 'text' && effect.kind === 'text') return { ...effect, before: was.after };
  return effect;
}

/** What is not touched any more stays as it was found. */
function backOf(effect: Effect): Effect {
  if (effect.kind === 'file') return { kind: 'file', path: effect.path, before: effect.after, after: effect.before };
  if (effect.kind === 'text') return { ...effect, before: effect.after, after: effect.before };
  return { ...effect, before: effect.after, after: effect.before };
}
