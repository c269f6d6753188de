/** A character that does not show, and the first lines (from 1) it is on. */
export type Hidden = { readonly codePoint: string; readonly lines: readonly number[] };

/**
 * Characters that make a text read otherwise than it is: controls, bidirectional marks, invisible formatting, tags,
 * line breaks that only some programs see. Tab, line feed, carriage return before a line feed, the emoji presentation
 * selector and a byte order mark at the very start are not among them.
 */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** The hidden characters of a text in order of appearance; `known` lines (they were there before) are passed over. */
export function findHidden(text: string, known: ReadonlySet<string> = new Set()): readonly Hidden[] {
  const found = new Map<string, number[]>();
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (known.has(line)) continue;
    for (const { 0: character, index: at } of line.matchAll(hidden)) {
      if (character === '\t' || character === '\ufe0f' || (character === '\ufeff' && index === 0 && at === 0)) continue;
      const lines = found.get(character) ?? [];
      if (lines.at(-1) !== index + 1) lines.push(index + 1);
      found.set(character, lines);
    }
  }
  return Array.from(found, ([character, lines]) => ({ codePoint: codePointName(character), lines }));
}

/** The same characters of a text, each with what `by` gives in its place. */
export function replaceHidden(text: string, by: (character: string) => string): string {
  return text.replace(hidden, (character: string, at: number) => {
    const isShown =
      character === '\n' || character === '\t' || character === '\ufe0f' || (character === '\ufeff' && at === 0);
    return isShown || (character === '\r' && text[at + 1] === '\n') ? character : by(character);
  });
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
