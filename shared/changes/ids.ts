import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `chg_` and a ULID in lower case (48 bits of time in milliseconds, 80 random bits): ids sort by when they were made. */
export function newChangeId(now: Date): string {
  return newId('chg_', now);
}

/** The same for a set of changes: `set_…`. */
export function newSetId(now: Date): string {
  return newId('set_', now);
}

/** The same for a task grant: `grt_…`. */
export function newGrantId(now: Date): string {
  return newId('grt_', now);
}

/** What no id of a change sorts before that was made at a time or later. */
export function firstIdOf(time: Date): string {
  return `chg_${stampOf(time)}`;
}

/** When the id of a change says that it was made, in milliseconds since 1970; 0 of what is no such id. */
export function timeOfId(id: string): number {
  if (!changeIdPattern.test(id)) return 0;
  return Array.from(id.slice(4, 14)).reduce((time, digit) => time * 32 + alphabet.indexOf(digit), 0);
}

function stampOf(date: Date): string {
  let time = date.getTime();
  let stamp = '';
  for (let i = 0; i < 10; i += 1) {
    stamp = alphabet.charAt(time % 32) + stamp;
    time = Math.floor(time / 32);
  }
  return stamp;
}

function newId(prefix: string, now: Date): string {
  const stamp = stampOf(now);
  // 256 is a multiple of 32, so the remainder favours no letter.
  const random = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('');
  return `${prefix}${stamp}${random}`;
}

export const changeIdPattern = /^chg_[0-9a-hjkmnp-tv-z]{26}$/;
export const setIdPattern = /^set_[0-9a-hjkmnp-tv-z]{26}$/;
export const grantIdPattern = /^grt_[0-9a-hjkmnp-tv-z]{26}$/;

/** 256 random bits in hex: makes two seals differ whatever they cover, and keys the marks of a change. */
export function newNonce(): string {
  return randomBytes(32).toString('hex');
}
