import { randomBytes } from 'node:crypto';

/** Letters and digits that nobody takes for one another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new name that says nothing: no number in it tells how many others there are, or were. 60 bits, so that none is met by
 * chance.
 * @param kind what it is of: `ns` for a namespace, `pg` for a page, `rv` for a revision, `cm` for a comment
 */
export function newRef(kind: 'ns' | 'pg' | 'rv' | 'cm'): string {
  const signs = [...randomBytes(12)].map((byte) => alphabet.charAt(byte % alphabet.length));
  return `${kind}_${signs.join('')}`;
}
