import { digest, sha256 } from '#shared/crypto/canonical.ts';
import type { Json, JsonObject } from '#shared/tools/index.ts';

/** So many asks of one call are named; the others are counted. */
const mostAsks = 10;
const mostCharacters = 200;

/** What a call asked for, as the record keeps it: the targets as a scope sees them, and a digest of all arguments. */
export function askedFor(asks: readonly unknown[], args: unknown): JsonObject {
  const left = asks.length - mostAsks;
  return {
    asks: asks.slice(0, mostAsks).map(askOf),
    ...(left > 0 && { more_asks: left }),
    arguments: digestOf(args),
  };
}

/**
 * Text that an agent chose, short, and without what may be a secret: a long run of letters and digits is kept as its
 * beginning and a part of its digest, which still tells two apart.
 */
export function shortened(text: string): string {
  const open = text.toWellFormed().replace(/[\w+=-]{20,}/g, (run) => (isLikeToken(run) ? brief(run, 4) : run));
  return open.length > mostCharacters ? brief(open, mostCharacters - 40) : open;
}

function isLikeToken(run: string): boolean {
  const isLong = (part: string): boolean => part.length >= 20 && /\d/.test(part) && /[a-z]/i.test(part);
  return run.split('-').some(isLong) || (run.length >= 32 && /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run));
}

function brief(text: string, kept: number): string {
  return `${text.slice(0, kept).toWellFormed()}…sha256:${sha256(text).slice(0, 12)}`;
}

/** An ask is flat; anything else in it would be no target. */
function askOf(ask: unknown): Json {
  if (typeof ask !== 'object' || ask === null) return scalar(ask);
  return Object.fromEntries(
    Object.entries(ask)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, scalar(value)]),
  );
}

function scalar(value: unknown): Json {
  if (typeof value === 'string') return shortened(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Null for arguments that are nested too deeply to be put in order: they fit no tool. */
function digestOf(args: unknown): string | null {
  try {
    return digest((args ?? {}) as Json);
  } catch {
    return null;
  }
}
