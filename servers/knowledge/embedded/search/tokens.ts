import { mostOccurrences } from '#capabilities/common/words.ts';

const token = /[\p{L}\p{N}\p{Mn}\p{Mc}\p{Co}\p{So}]+/gu;

/** The words of a text that was made ready for the index, much as its tokenizer tells them apart. */
export function tokensIn(indexedText: string): string[] {
  return folded(indexedText).match(token) ?? [];
}

const beyondAscii = /[^\p{ASCII}]/u;

/** Without capitals and without accents; those that make another letter in Japanese stay. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  if (!beyondAscii.test(small)) return small;
  return small
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '')
    .normalize('NFC');
}

/** What is looked for in tokens: these in a row; the last may be only the beginning of one where it is open. */
export type Phrase = { readonly tokens: readonly string[]; readonly open: boolean };

/** How often a phrase is in tokens, as often as an index would have it. */
export function occurrences({ tokens, open }: Phrase, within: readonly string[]): number {
  const last = tokens.length - 1;
  let count = 0;
  for (let at = 0; at + last < within.length && count < mostOccurrences; at += 1) {
    const isHere = tokens.every((each, index) => {
      const other = within[at + index] ?? '';
      return open && index === last ? other.startsWith(each) : other === each;
    });
    if (isHere) count += 1;
  }
  return count;
}
