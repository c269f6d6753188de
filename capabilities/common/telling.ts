import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Told } from '#shared/tools/index.ts';

const things: unique symbol = Symbol('things');

type Telling = { readonly [things]?: readonly Told[] };

/**
 * An answer, or an item of one, that has beside it which things its text is of. That is no part of what it says: it is
 * not in its JSON, and a copy of it is without.
 */
export function telling<T extends object>(shown: T, ...told: readonly Told[]): T {
  return Object.defineProperty(shown, things, { value: told });
}

/** The things that an answer and what is in it are of, in their order. */
export function toldIn(shown: unknown): readonly Told[] {
  if (typeof shown !== 'object' || shown === null) return [];
  return [...((shown as Telling)[things] ?? []), ...Object.values(shown).flatMap(toldIn)];
}

/** A name for the state of what has no version of its own: texts that are the same have the same. */
export function revisionOf(shown: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(shown)))).slice(0, 32);
}
