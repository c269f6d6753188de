import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { AppError } from '#shared/errors.ts';
import { cellOf, lineOf } from './write-inline.ts';

/**
 * A block as lines of enhanced Markdown: as it stood there where it is carried, else made of nothing but what is known
 * here. `depth` is how many blocks it is in.
 */
export function linesOf(node: RichNode, depth = 0): readonly string[] {
  const { type, attrs = {}, content = [] } = node;
  const tabs = '\t'.repeat(depth);
  const { raw } = attrs;
  if (typeof raw === 'string') return moved(raw.split('\n'), tabs);
  switch (type) {
    case 'paragraph':
      return [tabs + (lineOf(content) || '<empty-block/>')];
    case 'heading':
      return [`${tabs}${'#'.repeat(Math.min(Number(attrs['level']), 4))} ${cellOf(content)}`.trimEnd()];
    case 'bulletList':
      return content.flatMap((item) => itemOf(item, '-', depth));
    case 'orderedList':
      return content.flatMap((item, index) => itemOf(item, `${Number(attrs['order'] ?? 1) + index}.`, depth));
    case 'blockquote':
      return withChildren(content, '>', depth);
    case 'codeBlock':
      return codeOf(attrs['language'], content.map(({ text = '' }) => text).join(''), tabs);
    case 'rule':
      return [`${tabs}---`];
    case 'table':
      return tableOf(attrs, content, tabs);
    default:
      throw new TypeError(`nothing says how ${type} is written`);
  }
}

/** Lines at another depth; what is in code stands where it stood. */
function moved(lines: readonly string[], tabs: string): readonly string[] {
  const was = /^\t*/u.exec(lines[0] ?? '')?.[0] ?? '';
  return lines.map((line) =>
    line.startsWith(was) && (was !== '' || tabs !== '') ? tabs + line.slice(was.length) : line,
  );
}

function withChildren([first, ...rest]: readonly RichNode[], sign: string, depth: number): readonly string[] {
  const tabs = '\t'.repeat(depth);
  if (first?.type !== 'paragraph') {
    return [`${tabs}${sign}`, ...[first, ...rest].flatMap((node) => (node ? linesOf(node, depth + 1) : []))];
  }
  const words = cellOf(first.content ?? []);
  return [`${tabs}${sign} ${words}`.trimEnd(), ...rest.flatMap((node) => linesOf(node, depth + 1))];
}

/** A box to tick is words in Markdown, and one of its own kind in Notion. */
function itemOf({ content = [] }: RichNode, sign: string, depth: number): readonly string[] {
  const lines = withChildren(content, sign, depth);
  return sign === '-' ? lines.map((line, index) => (index === 0 ? ticked(line) : line)) : lines;
}

const ticked = (line: string): string => line.replace(/^(\t*- )\\\[([ xX])\\\](?= |$)/u, '$1[$2]');

function codeOf(language: unknown, text: string, tabs: string): readonly string[] {
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const name = typeof language === 'string' ? language.replace(/[^\w +#./-]/gu, '') : '';
  // What is in code stands as it is, however deep the block is.
  return [`${tabs}${fence}${name}`, ...(text === '' ? [] : text.split('\n')), `${tabs}${fence}`];
}

function tableOf({ open }: NonNullable<RichNode['attrs']>, rows: readonly RichNode[], tabs: string): readonly string[] {
  const cells = rows.flatMap(({ content = [] }) => [
    '<tr>',
    ...content.map((cell) => `<td>${cellOf(wordsIn(cell))}</td>`),
    '</tr>',
  ]);
  const tag = typeof open === 'string' ? open : '<table header-row="true">';
  return [tag, ...cells, '</table>'].map((line) => tabs + line);
}

function wordsIn({ content = [] }: RichNode): readonly RichNode[] {
  const [paragraph, ...others] = content;
  if (others.length > 0) throw new AppError('unsupported', 'A cell of a table can have words alone.');
  return paragraph?.content ?? [];
}
