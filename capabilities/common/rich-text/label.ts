import type { Json } from '#shared/tools/index.ts';
import type { RichNode } from './node.ts';

/** What a node that Markdown cannot say reads as: its words, without any form but lines. Never read back. */
export function labelOf(node: RichNode): string {
  return wordsOf(node)
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Nodes whose content is words of one line. */
const lines: ReadonlySet<string> = new Set([
  'paragraph',
  'heading',
  'codeBlock',
  'caption',
  'taskItem',
  'decisionItem',
]);

function wordsOf({ type, text, attrs, content = [] }: RichNode): string {
  if (text !== undefined) return text;
  if (type === 'hardBreak') return '\n';
  if (type === 'tableRow') return `${content.map((cell) => wordsOf(cell).trim().replaceAll('\n', ' ')).join(' | ')}\n`;
  const own = [...said(type, attrs ?? {}), ...content.map((each) => bullet(each) + wordsOf(each))];
  return lines.has(type) ? `${own.join('')}\n` : own.join('');
}

function bullet({ type, attrs }: RichNode): string {
  if (type === 'listItem' || type === 'decisionItem') return '- ';
  if (type === 'taskItem') return attrs?.['state'] === 'DONE' ? '- [x] ' : '- [ ] ';
  return '';
}

/** What of the attributes of a node is meant to be read, by where each type keeps it. */
function said(type: string, attrs: { readonly [name: string]: Json }): readonly string[] {
  if (type === 'date') return [dayOf(attrs['timestamp'])];
  const names = ['text', 'shortName', 'title', 'alt', 'url', 'extensionTitle', 'extensionKey'];
  const found = names.map((name) => attrs[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof found !== 'string') return [];
  return [type === 'expand' || type === 'nestedExpand' ? `${found}\n` : found];
}

/** Dates are in milliseconds since 1970, as text. */
function dayOf(timestamp: Json | undefined): string {
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}
