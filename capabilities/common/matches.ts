/** How often a text is found, and where the first few times. */
export type Matches = { readonly count: number; readonly first: readonly number[] };

/** How many places are remembered. */
const most = 11;

/** Up to this length the engine's own search is quick whatever the texts are. */
const short = 64;

/**
 * Finds a text in another, overlapping places too. The time grows with the sum of the lengths: the engine's own search
 * takes their product for a long run of one character, and one call could hold up the server for minutes.
 */
export function findMatches(text: string, find: string): Matches {
  const first: number[] = [];
  let count = 0;
  for (const at of find.length <= short ? bySearch(text, find) : byPrefixes(text, find)) {
    count += 1;
    if (first.length < most) first.push(at);
  }
  return { count, first };
}

function* bySearch(text: string, find: string): Generator<number> {
  for (let at = text.indexOf(find); at !== -1; at = text.indexOf(find, at + 1)) yield at;
}

/** The algorithm of Knuth, Morris and Pratt: no character of the text is looked at again after a mismatch. */
function* byPrefixes(text: string, find: string): Generator<number> {
  const borders = bordersOf(find);
  let matched = 0;
  for (let at = 0; at < text.length; at += 1) {
    matched = grown(find, borders, matched, text.charCodeAt(at));
    if (matched < find.length) continue;
    yield at + 1 - find.length;
    matched = borders[matched - 1] ?? 0;
  }
}

/** For each prefix of a text, the length of the longest shorter prefix that it ends with. */
function bordersOf(find: string): Uint32Array {
  const borders = new Uint32Array(find.length);
  for (let at = 1; at < find.length; at += 1) {
    borders[at] = grown(find, borders, borders[at - 1] ?? 0, find.charCodeAt(at));
  }
  return borders;
}

/** How much of the beginning of `find` is matched after one more character. */
function grown(find: string, borders: Uint32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && find.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
  return find.charCodeAt(length) === code ? length + 1 : 0;
}
