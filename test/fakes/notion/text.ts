import { randomUUID } from 'node:crypto';
import { Refusal } from './call.ts';

/** A block of a page with all that is under it, as lines; of a page that stands there only its id. */
export type Block = { readonly id: string; readonly lines: readonly string[]; readonly page: string | null };

/** What Notion writes of a page at its place in another. */
const pageLine = /^(\t*)<page url="[^"]*?([0-9a-f]{32})[^"]*">[^<]*<\/page>$/u;

const pageIdIn = (line: string): string | null => {
  const hex = pageLine.exec(line)?.[2];
  return hex === undefined ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
};

/** The ids of the pages in a block. */
export const pagesIn = ({ lines }: Block): readonly string[] => lines.flatMap((line) => pageIdIn(line) ?? []);

/**
 * The blocks of enhanced Markdown. Blank lines say nothing, and what needs no backslash loses it; a block that was there
 * keeps its id.
 */
export function blocksOf(text: string, before: readonly Block[] = []): readonly Block[] {
  const kept = [...before];
  return chunks(text.split('\n')).map((lines) => {
    const at = kept.findIndex((each) => each.lines.join('\n') === lines.join('\n'));
    const id = at < 0 ? randomUUID() : (kept.splice(at, 1)[0]?.id ?? randomUUID());
    return { id, lines, page: lines.length === 1 ? pageIdIn(lines[0] ?? '') : null };
  });
}

function chunks(lines: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = [];
  let close: string | null = null;
  for (const line of lines) {
    if (close !== null) {
      all.at(-1)?.push(line);
      if (line.trim() === close) close = null;
      continue;
    }
    if (line.trim() === '') continue;
    const written = plainly(line);
    if (line.startsWith('\t') && all.length > 0) all.at(-1)?.push(written);
    else all.push([written]);
    close = closing(line.trim());
  }
  if (close !== null) throw new Refusal(400, 'validation_error', 'something is not closed');
  return all;
}

function closing(line: string): string | null {
  if (/^`{3,}[^`]*$/u.test(line)) return /^`+/u.exec(line)?.[0] ?? null;
  if (line === '$$') return '$$';
  const tag = /^<([a-z_]+)\b[^>]*>$/u.exec(line)?.[1];
  return tag === undefined || line.endsWith('/>') || tag === 'page' ? null : `</${tag}>`;
}

/** Only what its documentation names is written with a backslash, and what would begin another block. */
function plainly(line: string): string {
  return line.replace(/\\([!-/:-@[-`{-~])/gu, (whole, sign: string, at: number) => {
    const isFirst = /^\t*\d*$/u.test(line.slice(0, at));
    return '\\*~`$[]<>{}|^'.includes(sign) || isFirst ? whole : sign;
  });
}
