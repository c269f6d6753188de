import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { inlineOf } from './inline.ts';

/** A table with a row of headings and nothing said of its cells; null for one that Markdown cannot say. */
export function tableOf(lines: readonly string[]): RichNode | null {
  const text = lines.map((line) => line.trim()).join('\n');
  const [, open, inner] = /^(<table(?:\s[^<>]*)?>)\n?((?:<tr>[\s\S]*<\/tr>)\s*)<\/table>$/u.exec(text) ?? [];
  if (open === undefined || inner === undefined || !/\sheader-row="true"/u.test(open)) return null;
  const rows = inner
    .split(/<\/tr>\s*/u)
    .slice(0, -1)
    .map(rowOf);
  const columns = rows[0]?.length;
  if (rows.some((row) => row === null || row.length !== columns)) return null;
  const content = rows.map((row, index): RichNode => {
    const type = index === 0 ? 'tableHeader' : 'tableCell';
    return { type: 'tableRow', content: (row ?? []).map((words) => ({ type, content: [paragraph(words)] })) };
  });
  return { type: 'table', attrs: { open }, content };
}

const paragraph = (content: readonly RichNode[]): RichNode =>
  content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content };

function rowOf(text: string): readonly (readonly RichNode[])[] | null {
  if (!/^<tr>\s*(?:<td>(?:(?!<\/?t[dr]>)[^\n])*<\/td>\s*)+$/u.test(text)) return null;
  const cells = [...text.matchAll(/<td>((?:(?!<\/?t[dr]>)[^\n])*)<\/td>/gu)].map(([, words = '']) => inlineOf(words));
  return cells.every((cell) => cell !== null) ? cells : null;
}
