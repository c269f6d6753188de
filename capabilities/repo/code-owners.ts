import { type OwnerPattern, ownerPattern, ownsPath } from './owner-pattern.ts';

/** A CODEOWNERS file, read as GitHub reads it (docs.github.com, "About code owners"). */
export type CodeOwnersFile = {
  /** In the order of the file: the last that names a path decides. */
  readonly rules: readonly { readonly pattern: OwnerPattern; readonly owners: readonly string[] }[];
  /** The numbers of lines that are no rule, which are passed over. */
  readonly unread: readonly number[];
};

/** A user, a team, or an e-mail address. */
const owner = /^(@[A-Za-z\d][\w-]*(\/[\w.-]+)?|[^\s@]+@[^\s@]+)$/u;

/** Reads a CODEOWNERS file; no text is an error. */
export function parseCodeOwners(text: string): CodeOwnersFile {
  const rules: { pattern: OwnerPattern; owners: readonly string[] }[] = [];
  const unread: number[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    // A space that belongs to the pattern has a backslash before it.
    const [written = ''] = /^(?:\\.|[^\s\\])+\\?/u.exec(trimmed) ?? [];
    const owners = uncommented(trimmed.slice(written.length).split(/\s+/u));
    const pattern = ownerPattern(written);
    if (pattern === null || !owners.every((one) => owner.test(one))) unread.push(index + 1);
    else rules.push({ pattern, owners });
  }
  return { rules, unread };
}

function uncommented(words: readonly string[]): readonly string[] {
  const comment = words.findIndex((word) => word.startsWith('#'));
  return (comment === -1 ? words : words.slice(0, comment)).filter((word) => word !== '');
}

/** Who owns a file, as written; empty for nobody. */
export function ownersOf({ rules }: CodeOwnersFile, path: string): readonly string[] {
  return rules.findLast(({ pattern }) => ownsPath(pattern, path))?.owners ?? [];
}
