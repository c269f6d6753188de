/**
 * Characters that make a text read otherwise than it is: controls, bidirectional and other invisible formatting, lone
 * surrogates, and the line breaks that only some programs see. Line feed, tab and the joiners that several scripts and
 * emoji need are not among them.
 */
const hidden = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The first hidden character, named as `U+202E`, and its index; null when there is none. */
export function findHidden(text: string): { readonly name: string; readonly index: number } | null {
  const found = hidden.exec(text);
  if (found === null) return null;
  const code = found[0].codePointAt(0) ?? 0;
  return { name: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, index: found.index };
}
