import picomatch from 'picomatch';
import * as z from 'zod';

/**
 * A glob: `*` is any run of characters within one segment, `?` one character, `**` as a whole segment any number of
 * segments. Every other character means itself: `app/[id]/page.tsx` and `a{b}` are names, not patterns.
 */
export const glob = z
  .string()
  .min(1)
  .max(1024)
  .refine((pattern) => globProblem(pattern) === null, {
    error: (issue) => globProblem(String(issue.input)) ?? 'is not a glob',
  });

function globProblem(pattern: string): string | null {
  if (pattern.startsWith('/') || pattern.endsWith('/')) {
    return 'must not begin or end with "/"; a folder and all below it is "folder/**"';
  }
  if (pattern.includes('\\')) return 'must not contain a backslash';
  for (const segment of pattern.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') return 'must not have an empty, "." or ".." segment';
    if (segment.includes('**') && segment !== '**') return '"**" must be a whole segment';
  }
  return null;
}

/** Whether a text is one that the glob names, compared exactly. Segments that begin with a dot are not special. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const literal = pattern.replace(/[^*?/\p{L}\p{N}\p{M}_-]/gu, escaped);
  return picomatch(literal, {
    windows: false,
    dot: true,
    nobrace: true,
    nobracket: true,
    noextglob: true,
    nonegate: true,
    strictSlashes: true,
    strictBrackets: false,
  });
}

/** Escapes what the matcher could take for syntax; other characters are left, so that none is split in two. */
function escaped(character: string): string {
  return /^[!-~]$/u.test(character) ? `\\${character}` : character;
}

/** The part of a segment before its first wildcard; the whole segment when it has none. */
export function literalPrefix(segment: string): string {
  return segment.split(/[*?]/u, 1)[0] ?? '';
}
