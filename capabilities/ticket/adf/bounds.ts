/** How many characters of a piece between blank lines may begin or end something: their pairs are looked for. */
const mostSigns = 10_000;
/** More lists and quotes than anybody begins in one line, or one that is indented further than any stands. */
const levels = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){31}|^[ \t]{100,}(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])/mu;

/**
 * Whether reading a text as Markdown could take far longer than its length says. No text that people write is near these
 * limits.
 */
export function isTooTangled(text: string): boolean {
  if (levels.test(text)) return true;
  let signs = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') signs = 0;
    signs += line.match(/[*_~`[\]<!\\]/gu)?.length ?? 0;
    if (signs > mostSigns) return true;
  }
  return false;
}
