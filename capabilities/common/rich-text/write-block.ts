import { labelOf } from './label.ts';
import type { RichNode } from './node.ts';
import { carry, type Placeholder } from './placeholder.ts';
import { type Emphasis, escapeLineStarts, writeInline } from './write-inline.ts';

/** How blocks are written. */
export type Manner = {
  readonly emphasis: Emphasis;
  /** Whether blank lines stand between the items of lists. */
  readonly loose: boolean;
  /** Whether a list has the other sign for its items. */
  readonly other: boolean;
  readonly within: string;
  readonly placeholders: Placeholder[];
};

/** A block in Markdown. Of what it cannot say it is not told here; whoever reads it again sees. */
export function writeBlock(node: RichNode, manner: Manner): string {
  const { type, attrs, content = [] } = node;
  switch (type) {
    case 'paragraph':
      return content.length === 0 ? '&nbsp;' : escapeLineStarts(writeInline(content, { ...manner, line: 'paragraph' }));
    case 'heading':
      return `${'#'.repeat(Number(attrs?.['level']) % 7)} ${writeInline(content, { ...manner, line: 'heading' })}`.trimEnd();
    case 'bulletList':
      return writeItems(content, () => (manner.other ? '*' : '-'), manner);
    case 'orderedList':
      return writeItems(
        content,
        (index) => `${Number(attrs?.['order'] ?? 1) + index}${manner.other ? ')' : '.'}`,
        manner,
      );
    case 'blockquote':
      return indented(writeBlocks(content, { ...manner, within: type }), '> ');
    case 'codeBlock':
      return writeCode(node);
    case 'rule':
      return '---';
    case 'table':
      return writeTable(content, manner);
    default:
      return carry(manner.placeholders, {
        ...{ node, label: labelOf(node) },
        place: { inline: false, within: manner.within },
      });
  }
}

function writeBlocks(nodes: readonly RichNode[], manner: Manner, between = '\n\n'): string {
  let other = false;
  const texts = nodes.map((node, index) => {
    other = nodes[index - 1]?.type === node.type && !other;
    return writeBlock(node, { ...manner, other });
  });
  return texts.join(between);
}

/** Nothing but words and further lists: then no blank lines are needed. */
function isTight({ content = [] }: RichNode): boolean {
  return content.every(({ type }, index) => (index === 0 ? type === 'paragraph' : /List$/u.test(type)));
}

function writeItems(items: readonly RichNode[], signOf: (index: number) => string, manner: Manner): string {
  const between = !manner.loose && items.every(isTight) ? '\n' : '\n\n';
  return items
    .map(({ content = [] }, index) => {
      const sign = `${signOf(index)} `;
      const text = writeBlocks(content, { ...manner, within: 'listItem' }, between);
      return sign + indented(text, ' '.repeat(sign.length)).slice(sign.length);
    })
    .join(between);
}

/** Each line with something before it; blank lines stay blank, or have what of it is not blank. */
function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? by.trimEnd() : by + line))
    .join('\n');
}

function writeCode({ attrs, content = [] }: RichNode): string {
  const text = content.map((node) => node.text ?? '').join('');
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const language = typeof attrs?.['language'] === 'string' ? attrs['language'] : '';
  return `${fence}${language}\n${text === '' ? '' : `${text}\n`}${fence}`;
}

function writeTable(rows: readonly RichNode[], manner: Manner): string {
  const lines = rows.map(({ content = [] }) => {
    const cells = content.map((cell) => {
      const [paragraph] = cell.content ?? [];
      return writeInline(paragraph?.content ?? [], { ...manner, line: 'cell' });
    });
    return `| ${cells.join(' | ')} |`;
  });
  const columns = rows[0]?.content?.length ?? 0;
  return [lines[0], `|${' --- |'.repeat(columns)}`, ...lines.slice(1)].join('\n');
}
