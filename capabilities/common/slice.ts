import { jsonBytes } from './fit.ts';

/** A part of a text. Lines count from 1, as do columns, which are code points. */
export type Slice = {
  readonly content: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly totalLines: number;
  /** Where what was left out begins; null when everything asked for is there. */
  readonly next: { readonly line: number; readonly column: number } | null;
};

/** The lines of a text, each with its own line break. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Lines `startLine` to `endLine` of a text, as many as fit into so many bytes of JSON; a longer line is cut. */
export function sliceLines(
  text: string,
  range: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly maxBytes: number;
  },
): Slice {
  const lines = linesOf(text);
  const end = Math.min(range.endLine, lines.length);
  let content = '';
  let room = range.maxBytes;
  for (let line = range.startLine; line <= end; line += 1) {
    const column = line === range.startLine ? range.startColumn : 1;
    const characters = Array.from(lines[line - 1] ?? '').slice(column - 1);
    const whole = characters.join('');
    const bytes = jsonBytes(whole) - 2;
    if (bytes > room) return cut({ content, characters, room, line, column, range, total: lines.length });
    content += whole;
    room -= bytes;
  }
  return { content, startLine: range.startLine, endLine: end, totalLines: lines.length, next: null };
}

/** As much of a text, from its start, as fits into so many bytes of JSON; `cut` where there is more. */
export function startOf(text: string, maxBytes: number): { readonly content: string; readonly cut: boolean } {
  const range = { startLine: 1, startColumn: 1, endLine: Number.MAX_SAFE_INTEGER, maxBytes };
  const { content, next } = sliceLines(text, range);
  return { content, cut: next !== null };
}

/** Ends before a line that does not fit; only a line that is the first is shown in part. */
function cut(at: {
  readonly content: string;
  readonly characters: readonly string[];
  readonly room: number;
  readonly line: number;
  readonly column: number;
  readonly range: { readonly startLine: number };
  readonly total: number;
}): Slice {
  const { startLine } = at.range;
  if (at.line > startLine) {
    const next = { line: at.line, column: 1 };
    return { content: at.content, startLine, endLine: at.line - 1, totalLines: at.total, next };
  }
  let room = at.room;
  const count = at.characters.findIndex((character) => {
    room -= jsonBytes(character) - 2;
    return room < 0;
  });
  const next = { line: at.line, column: at.column + count };
  return { content: at.characters.slice(0, count).join(''), startLine, endLine: at.line, totalLines: at.total, next };
}
