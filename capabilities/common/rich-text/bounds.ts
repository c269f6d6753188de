/** More lists and quotes than anybody begins in one line, or one that is indented further than any stands. */
const levels = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){31}|^[ \t]{100,}(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])/mu;

/** What the sum of all pieces may come to: about half a second. */
const mostWork = 50_000_000;

/**
 * Whether reading a text as Markdown could take far longer than its length says: in a piece that blank lines end, the
 * pairs of signs are looked for, and in a list or table each line is looked at with those before it. No text that people
 * write is near these limits.
 */
export function isTooTangled(text: string): boolean {
  if (levels.test(text)) return true;
  let work = 0;
  let piece = { signs: 0, lines: 0 };
  let isBlank = true;
  for (const line of text.split('\n')) {
    const isNew = isBlank && line.trim() !== '';
    // A list goes on after a blank line.
    const goesOn = /^(?:\s|[-+*>]|\d{1,9}[.)])/u.test(line);
    if (isNew) {
      work += piece.signs ** 2 + (goesOn ? 0 : piece.lines ** 2 / 30);
      piece = { signs: 0, lines: goesOn ? piece.lines : 0 };
    }
    isBlank = line.trim() === '';
    piece = { signs: piece.signs + (line.match(/[*_~`[\]<!\\]/gu)?.length ?? 0), lines: piece.lines + 1 };
  }
  return work + piece.signs ** 2 + piece.lines ** 2 / 30 > mostWork;
}
