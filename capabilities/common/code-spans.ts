/** A line that begins or ends a block of code. */
const fence = /^ {0,3}(?:`{3,}[^`]*|~{3,}.*)$/u;

/**
 * A text of Markdown without code in a line that begins with `@`, such as the name of a package: nobody is mentioned by
 * it. Where it is not plain that it is code (an odd backtick, an escaped one, HTML), the text is left as it is.
 */
export function withoutPackageNames(text: string): string {
  if (/<[a-z/!?]|\\`/iu.test(text)) return text;
  const lines = text.split('\n').map((line) => (fence.test(line) ? [line] : line.split(/(`+)/u)));
  if (!lines.every(isPaired)) return text;
  return lines.map((parts) => parts.map((part, index) => (index % 4 === 2 ? blanked(part) : part)).join('')).join('\n');
}

/** Whether each run of backticks, which is every second part, is followed by one of the same length, two by two. */
function isPaired(parts: readonly string[]): boolean {
  const runs = parts.filter((_, index) => index % 2 === 1);
  return runs.length % 2 === 0 && runs.every((run, index) => index % 2 === 0 || run === runs[index - 1]);
}

/** A bar ends the cell of a table, whatever stands around it. */
function blanked(code: string): string {
  return code.startsWith('@') && !code.includes('|') ? ' ' : code;
}
