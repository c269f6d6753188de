import type { Token, Tokens } from 'marked';
import { misplaced } from './contract.ts';
import { inlineOf } from './inline.ts';
import type { RichNode } from './node.ts';
import { type Placeholder, splitSigns } from './placeholder.ts';

/** What holds a block, and the placeholders that it may have. */
export type Place = {
  readonly within: 'doc' | 'blockquote' | 'listItem';
  readonly placeholders: readonly Placeholder[];
};

/**
 * Blocks of Markdown in the format. What it does not have in some place takes the nearest form that it has there: a
 * heading in a list is a bold paragraph, a quote in a quote is one quote, a table in a list is shown as code.
 */
export function blocksOf(tokens: readonly Token[], place: Place): readonly RichNode[] {
  return tokens.flatMap((token) => blockOf(token as Tokens.Generic, place));
}

function blockOf(token: Tokens.Generic, place: Place): readonly RichNode[] {
  const { placeholders, within } = place;
  const { tokens = [] } = token;
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return paragraphOf(token, place);
    case 'heading':
      return [headingOf(token as Tokens.Heading, place)];
    case 'blockquote':
      return quoted(blocksOf(tokens, { placeholders, within: within === 'listItem' ? within : 'blockquote' }), within);
    case 'list':
      return [listOf(token as Tokens.List, place)];
    case 'code':
      return [codeOf(token as Tokens.Code)];
    case 'hr':
      return [within === 'doc' ? { type: 'rule' } : paragraph([{ type: 'text', text: token.raw.trim() }])];
    case 'table':
      return within === 'doc' ? [tableOf(token as Tokens.Table, place)] : [code(token.raw.trimEnd())];
    case 'html':
      return [paragraph(inlineOf([{ type: 'html', raw: token.raw.trimEnd(), text: '' }], placeholders))];
    default:
      return [];
  }
}

/** Neither lists nor quotes hold quotes. */
function quoted(content: readonly RichNode[], within: Place['within']): readonly RichNode[] {
  if (within !== 'doc') return content;
  return [{ type: 'blockquote', content: content.length === 0 ? [paragraph([])] : content }];
}

function paragraph(content: readonly RichNode[]): RichNode {
  return content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content };
}

/** A paragraph, or the block that its only sign stands for. */
function paragraphOf(token: Tokens.Generic, { within, placeholders }: Place): readonly RichNode[] {
  if (token.raw.trim() === '&nbsp;') return [paragraph([])];
  const [before, index, after] = splitSigns(token.raw.trim());
  const carried = index === undefined ? undefined : placeholders[Number(index)];
  if (carried && !carried.place.inline && before === '' && after === '') {
    if (carried.place.within !== within) throw misplaced(carried);
    return [carried.node];
  }
  return [paragraph(inlineOf(token.tokens ?? [], placeholders))];
}

function headingOf({ depth, tokens }: Tokens.Heading, { within, placeholders }: Place): RichNode {
  const content = inlineOf(tokens, placeholders);
  if (within !== 'doc') return paragraph(content.map(bold));
  return { type: 'heading', attrs: { level: depth }, ...(content.length > 0 && { content }) };
}

function bold(node: RichNode): RichNode {
  const { marks = [] } = node;
  if (node.type !== 'text' || marks.some(({ type }) => type === 'code' || type === 'strong')) return node;
  return { ...node, marks: [...marks, { type: 'strong' }] };
}

function listOf({ ordered, start, items }: Tokens.List, { placeholders }: Place): RichNode {
  const content = items.map(({ task, checked, tokens }): RichNode => {
    const blocks = blocksOf(
      tokens.filter(({ type }) => type !== 'checkbox'),
      { within: 'listItem', placeholders },
    );
    return { type: 'listItem', content: listContent(task ? ticked(blocks, checked === true) : blocks) };
  });
  if (!ordered) return { type: 'bulletList', content };
  return { type: 'orderedList', ...(Number(start) !== 1 && { attrs: { order: Number(start) } }), content };
}

/** An item begins with a paragraph or code, never with another list. */
function listContent(blocks: readonly RichNode[]): readonly RichNode[] {
  const isList = blocks[0]?.type === 'bulletList' || blocks[0]?.type === 'orderedList';
  return blocks.length === 0 || isList ? [paragraph([]), ...blocks] : blocks;
}

/** Tasks have an identity of their own in the format, which words do not give them: the box stays words. */
function ticked([first, ...rest]: readonly RichNode[], checked: boolean): readonly RichNode[] {
  const box: RichNode = { type: 'text', text: checked ? '[x] ' : '[ ] ' };
  if (first?.type !== 'paragraph') return [paragraph([box]), ...(first ? [first] : []), ...rest];
  return [paragraph(joined([box, ...(first.content ?? [])])), ...rest];
}

/** Neighbours without marks as one. */
function joined([one, other, ...rest]: readonly RichNode[]): readonly RichNode[] {
  if (one?.text === undefined || other?.text === undefined || other.marks) {
    return [one, other, ...rest].filter((node) => node !== undefined);
  }
  return [{ type: 'text', text: one.text + other.text }, ...rest];
}

function codeOf({ text, lang }: Tokens.Code): RichNode {
  const language = /^[\w+#.-]{1,50}/u.exec(lang ?? '')?.[0];
  return code(text, language);
}

function code(text: string, language?: string): RichNode {
  return {
    type: 'codeBlock',
    ...(language !== undefined && { attrs: { language } }),
    ...(text !== '' && { content: [{ type: 'text', text }] }),
  };
}

function tableOf({ header, rows }: Tokens.Table, { placeholders }: Place): RichNode {
  const rowOf = (cells: readonly Tokens.TableCell[], type: string): RichNode => ({
    type: 'tableRow',
    content: cells.map(({ tokens }) => ({ type, content: [paragraph(inlineOf(tokens, placeholders))] })),
  });
  return {
    type: 'table',
    content: [rowOf(header, 'tableHeader'), ...rows.map((cells) => rowOf(cells, 'tableCell'))],
  };
}
