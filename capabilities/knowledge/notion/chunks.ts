import { AppError } from '#shared/errors.ts';

/** A block with all that is under it, as lines of the enhanced Markdown that Notion gives of a page. */
export type Chunk = {
  /** The first line without its indentation. */
  readonly head: string;
  readonly lines: readonly string[];
  /** The chunks under it. */
  readonly children: readonly Chunk[];
  /** Where it is among the lines of the page: the first one, and the one after it. */
  readonly from: number;
  readonly to: number;
};

/** More levels than pages have in earnest. */
const mostDeep = 60;

/** As many lines are looked at in search of what closes an element. */
const mostLooks = 5_000_000;

/** The depth of a line: tabs are what Notion indents with. */
const depthOf = (line: string): number => /^\t*/u.exec(line)?.[0].length ?? 0;

type Reading = { readonly lines: readonly string[]; looks: number };

/** Throws AppError `unsupported` for more levels or elements than are read. */
export function chunksOf(lines: readonly string[]): readonly Chunk[] {
  const reading: Reading = { lines, looks: 0 };
  const chunks: Chunk[] = [];
  for (let at = firstWords(lines, 0); at < lines.length; at = firstWords(lines, at)) {
    const chunk = chunkAt(reading, at, 0);
    chunks.push(chunk);
    at = chunk.to;
  }
  return chunks;
}

const tooMuch = (): AppError => new AppError('unsupported', 'The page has more levels or elements than are read here.');

function chunkAt(reading: Reading, from: number, level: number): Chunk {
  if (level > mostDeep) throw tooMuch();
  const { lines } = reading;
  const line = lines[from] ?? '';
  const depth = depthOf(line);
  const children: Chunk[] = [];
  let to = closeOf(reading, from);
  for (let next = firstWords(lines, to); next < lines.length; next = firstWords(lines, to)) {
    if (depthOf(lines[next] ?? '') <= depth) break;
    const child = chunkAt(reading, next, level + 1);
    children.push(child);
    to = child.to;
  }
  return { head: line.slice(depth), lines: lines.slice(from, to), children, from, to };
}

function firstWords(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]?.trim() === '') at += 1;
  return at;
}

/** The name of the tag that a line opens as a block; null for one that stands among words, or none. */
export function blockTag(head: string): string | null {
  const name = /^<([a-z][a-z_-]*)(?=[\s/>])/u.exec(head)?.[1];
  return name === undefined || name === 'br' || name === 'span' || name.startsWith('mention-') ? null : name;
}

/** The fence of code that a line opens. */
export const fenceOf = (head: string): string | null => /^(`{3,})[^`]*$/u.exec(head)?.[1] ?? null;

/** The line after what a line opens: code, an equation, an element, a callout; else after the line itself. */
function closeOf(reading: Reading, from: number): number {
  const line = reading.lines[from] ?? '';
  const depth = depthOf(line);
  const head = line.slice(depth);
  const code = untilFence(reading, from);
  if (code !== null) return code;
  const close = closingOf(head);
  if (close === null) return from + 1;
  const tag = blockTag(head);
  let open = 1;
  for (let at = from + 1; at < reading.lines.length; ) {
    const inner = reading.lines[at] ?? '';
    const words = inner.slice(depth);
    reading.looks += 1;
    if (reading.looks > mostLooks) throw tooMuch();
    if (depthOf(inner) === depth && words.startsWith(close)) open -= 1;
    else if (depthOf(inner) === depth && tag !== null && blockTag(words) === tag && closingOf(words) !== null)
      open += 1;
    if (open === 0) return at + 1;
    at = untilFence(reading, at) ?? at + 1;
  }
  // What is not closed is one line of nobody knows what.
  return from + 1;
}

/** What closes the element or callout that a line opens; null where nothing is left open. */
function closingOf(head: string): string | null {
  const tag = blockTag(head);
  if (tag === null) return /^:{3,}\s*\w/u.test(head) ? ':::' : null;
  const close = `</${tag}>`;
  return head.trimEnd().endsWith('/>') || head.includes(close) ? null : close;
}

/** The line after code or an equation that a line opens; null where it opens none, or none that ends. */
function untilFence(reading: Reading, from: number): number | null {
  const head = (reading.lines[from] ?? '').trim();
  const fence = head === '$$' ? head : fenceOf(head);
  if (fence === null) return null;
  // What is in code is not indented, whatever the depth of its block.
  for (let at = from + 1; at < reading.lines.length; at += 1) {
    reading.looks += 1;
    if (reading.looks > mostLooks) throw tooMuch();
    if (reading.lines[at]?.trim() === fence) return at + 1;
  }
  return null;
}
