import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { carriedNode } from './carried.ts';
import { blockTag, type Chunk, fenceOf } from './chunks.ts';
import { inlineOf } from './inline.ts';
import { tableOf } from './table.ts';

/** What begins an item of a list: its sign, and what kind of list it is of. */
type Item = { readonly type: 'bulletList' | 'orderedList'; readonly number: number; readonly words: string };

/** The list item that a line is; a box to tick is words of it. */
function itemOf(head: string): Item | null {
  const [, bullet, number, words = ''] = /^(?:(-)|(\d{1,9})\.)(?: (.*))?$/u.exec(head) ?? [];
  if (bullet !== undefined) return { type: 'bulletList', number: 1, words };
  return number === undefined ? null : { type: 'orderedList', number: Number(number), words };
}

/** Neighbours that are one block of Markdown: the items of a list. */
export function runsOf(chunks: readonly Chunk[]): readonly (readonly [Chunk, ...Chunk[]])[] {
  const runs: [Chunk, ...Chunk[]][] = [];
  for (const chunk of chunks) {
    const last = runs.at(-1);
    const item = itemOf(chunk.head);
    const before = last?.at(-1);
    const of = before && itemOf(before.head);
    const isNext = item?.type === 'bulletList' || (item?.number ?? 0) === (of?.number ?? 0) + 1;
    if (last !== undefined && item !== null && of?.type === item.type && isNext) last.push(chunk);
    else runs.push([chunk]);
  }
  return runs;
}

const blocksOf = (chunks: readonly Chunk[]): readonly RichNode[] => runsOf(chunks).map(blockOf);

/** A block as Markdown may say it, or carried as it is. */
export function blockOf(run: readonly [Chunk, ...Chunk[]]): RichNode {
  const [chunk] = run;
  const item = itemOf(chunk.head);
  if (item === null) return singleOf(chunk) ?? carriedNode(kindOf(chunk), chunk.lines.join('\n'));
  const content = run.map(listItemOf);
  const order = item.type === 'orderedList' && item.number !== 1 ? { attrs: { order: item.number } } : {};
  const isWhole = content.every((each) => each !== null);
  return isWhole
    ? { type: item.type, ...order, content }
    : carriedNode('list', run.flatMap(({ lines }) => lines).join('\n'));
}

function listItemOf(chunk: Chunk): RichNode | null {
  const words = wordsOf(itemOf(chunk.head)?.words ?? '');
  return words && { type: 'listItem', content: [paragraph(words), ...blocksOf(chunk.children)] };
}

/** What only Notion says of a block: a colour, whether it can be folded. */
const attributes = /(?<!\\)\{[a-z_-]+="[^"{}]*"[^{}]*\}\s*$/u;

function wordsOf(text: string): readonly RichNode[] | null {
  return attributes.test(text) ? null : inlineOf(text);
}

const paragraph = (content: readonly RichNode[]): RichNode =>
  content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content };

function singleOf(chunk: Chunk): RichNode | null {
  const { head, lines, children } = chunk;
  if (fenceOf(head) !== null) return codeOf(chunk);
  if (head.startsWith('> ') || head === '>') {
    const words = wordsOf(head.slice(2));
    return words && { type: 'blockquote', content: [paragraph(words), ...blocksOf(children)] };
  }
  if (blockTag(head) === 'table') return children.length > 0 ? null : tableOf(lines);
  if (children.length > 0 || isForeign(head))
    return head === '<empty-block/>' && lines.length === 1 ? paragraph([]) : null;
  if (/^-{3,}\s*$/u.test(head)) return { type: 'rule' };
  const [, marks, title = ''] = /^(#{1,4})(?: (.*))?$/u.exec(head) ?? [];
  const words = wordsOf(marks === undefined ? head : title);
  if (words === null) return null;
  return marks === undefined
    ? paragraph(words)
    : { ...paragraph(words), type: 'heading', attrs: { level: marks.length } };
}

/** Whether a line is a block that is no words: an element, an equation, a picture, a callout. */
const isForeign = (head: string): boolean =>
  blockTag(head) !== null || /^(?:<\/|\$\$|:{3,}\s*\w|!\[(?:[^\]\\]|\\.)*\]\([^)]*\)(?:\s*\{.*\})?\s*$)/u.test(head);

/** A name for what a block is, for the placeholder. */
function kindOf({ head }: Chunk): string {
  if (head.startsWith('$$')) return 'equation';
  if (head.startsWith('![')) return 'image';
  return blockTag(head) ?? /^:{3,}\s*(\w+)/u.exec(head)?.[1] ?? (/^#/u.test(head) ? 'heading' : 'text');
}

function codeOf({ head, lines, children }: Chunk): RichNode | null {
  const fence = fenceOf(head);
  const last = lines.at(-1)?.trim();
  if (fence === null || lines.length < 2 || last !== fence || children.length > 0) return null;
  const language = head.slice(fence.length).trim();
  if (attributes.test(language)) return null;
  const text = lines.slice(1, -1).join('\n');
  return {
    type: 'codeBlock',
    ...(language !== '' && language !== 'plain text' && { attrs: { language } }),
    ...(text !== '' && { content: [{ type: 'text', text }] }),
  };
}
