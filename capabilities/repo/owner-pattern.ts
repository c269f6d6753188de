/** A pattern of a CODEOWNERS file, by segments; the signs that stand for others are control characters, which no path has. */
export type OwnerPattern = {
  readonly segments: readonly string[];
  /** Whether everything below what it names is named too. */
  readonly below: boolean;
};

const many = '\u0000';
const one = '\u0001';
const folders = '**';
const signs: ReadonlyMap<string, string> = new Map([
  ['*', many],
  ['?', one],
]);

/** Reads a pattern as GitHub does: gitignore's, without negation and character ranges. Null when it is none. */
export function ownerPattern(text: string): OwnerPattern | null {
  if (/^(!|\\?#)/u.test(text) || /\p{Cc}/u.test(text)) return null;
  const read = withSigns(text);
  if (read === null) return null;
  const inner = read.replace(/^\//u, '').replace(/\/$/u, '');
  const segments = inner.split('/').map((segment) => (segment === many + many ? folders : segment));
  if (segments.includes('')) return null;
  const anchored = read.startsWith('/') || segments.length > 1;
  const rooted = anchored ? segments : [folders, ...segments];
  if (read.endsWith('/') || segments.at(-1) === folders) return { segments: [...rooted, folders, many], below: false };
  // What names each entry of a folder means those alone, not what is below them.
  return { segments: rooted, below: segments.at(-1) !== many };
}

/** The text with its wildcards told from characters that are meant; null where it has what GitHub does not know. */
function withSigns(text: string): string | null {
  let read = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '[' || character === ']') return null;
    if (character === '\\') {
      at += 1;
      if (at === text.length) return null;
      read += text.charAt(at);
    } else read += signs.get(character) ?? character;
  }
  return read;
}

/** Whether a pattern names a file. Letters count as they are written, as on GitHub. */
export function ownsPath({ segments, below }: OwnerPattern, path: string): boolean {
  const parts = path.split('/');
  const named = (pattern: readonly string[]): boolean =>
    matches(pattern, parts, (each) => each === folders, segmentMatches);
  return named(segments) || (below && named([...segments, folders, many]));
}

function segmentMatches(pattern: string, text: string): boolean {
  return matches(
    pattern,
    text,
    (each) => each === many,
    (each, character) => each === one || each === character,
  );
}

/** Wildcard matching in time of the product of both lengths at most, whoever wrote the pattern. */
function matches(
  pattern: ArrayLike<string>,
  text: ArrayLike<string>,
  isMany: (each: string) => boolean,
  same: (each: string, other: string) => boolean,
): boolean {
  let at = 0;
  let back: { readonly at: number; until: number } | null = null;
  let reached = 0;
  while (reached < text.length) {
    const each = pattern[at];
    const other = text[reached] ?? '';
    if (each !== undefined && isMany(each)) {
      at += 1;
      back = { at, until: reached };
    } else if (each !== undefined && same(each, other)) {
      at += 1;
      reached += 1;
    } else if (back !== null) {
      back.until += 1;
      at = back.at;
      reached = back.until;
    } else return false;
  }
  while (at < pattern.length && isMany(pattern[at] ?? '')) at += 1;
  return at === pattern.length;
}
