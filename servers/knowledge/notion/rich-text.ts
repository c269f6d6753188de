import type { RichMark, RichNode } from '#capabilities/common/rich-text/node.ts';
import { inlineOf } from '#capabilities/knowledge/notion/inline.ts';
import { lineOf } from '#capabilities/knowledge/notion/write-inline.ts';
import type { RichText } from './answers.ts';

/** Words as they are sent: text and nothing else, so that none becomes a mention. */
export type SentText = readonly {
  readonly type: 'text';
  readonly text: { readonly content: string; readonly link?: { readonly url: string } };
  readonly annotations: {
    readonly bold: boolean;
    readonly italic: boolean;
    readonly strikethrough: boolean;
    readonly code: boolean;
  };
}[];

/** Notion takes so many characters a piece and so many pieces. https://developers.notion.com/reference/request-limits */
const mostLetters = 2_000;
const mostPieces = 100;

/**
 * A text as a comment has it, which has words, emphasis and links but no blocks: each line of the text stands as it is
 * written. Throws RangeError for more than a comment takes.
 */
export function sentText(native: string): SentText {
  const pieces = native.split('\n').flatMap((line, index) => {
    const words = line === '<empty-block/>' ? [] : (inlineOf(line) ?? [{ type: 'text', text: line }]);
    return [...(index === 0 ? [] : [{ type: 'text', text: '\n' }]), ...words];
  });
  const sent = merged(pieces).flatMap(sentPieces);
  if (sent.length > mostPieces) throw new RangeError('it has more pieces than a comment takes');
  return sent;
}

function merged(nodes: readonly RichNode[]): readonly RichNode[] {
  const all: RichNode[] = [];
  for (const node of nodes) {
    const last = all.at(-1);
    const text = node.type === 'hardBreak' ? '\n' : node.text;
    if (text === undefined) throw new RangeError('it has what a comment cannot say');
    const isSame = last !== undefined && JSON.stringify(last.marks ?? []) === JSON.stringify(node.marks ?? []);
    if (isSame) all[all.length - 1] = { ...last, text: (last.text ?? '') + text };
    else all.push({ type: 'text', text, ...(node.marks && { marks: node.marks }) });
  }
  return all;
}

function sentPieces({ text = '', marks = [] }: RichNode): SentText {
  const has = (type: string): boolean => marks.some((mark) => mark.type === type);
  const url = marks.find(({ type }) => type === 'link')?.attrs?.['href'];
  const annotations = { bold: has('strong'), italic: has('em'), strikethrough: has('strike'), code: has('code') };
  return cut(text).map((content) => ({
    type: 'text',
    text: { content, ...(typeof url === 'string' && { link: { url } }) },
    annotations,
  }));
}

/** A text in pieces, none of which ends within a character. */
function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + mostLetters;
    const isWithin = /[\ud800-\udbff]/.test(text.charAt(end - 1));
    pieces.push(text.slice(at, isWithin ? end - 1 : end));
    at = isWithin ? end - 1 : end;
  }
  return pieces;
}

/** The same as enhanced Markdown. What is no text reads as words: a comment is never edited in part. */
export function nativeOf(text: readonly RichText[]): string {
  const lines: RichNode[][] = [[]];
  for (const piece of text) {
    const marks = marksOf(piece);
    for (const [index, words] of piece.plain_text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (words !== '') lines.at(-1)?.push({ type: 'text', text: words, ...(marks.length > 0 && { marks }) });
    }
  }
  return lines.map((nodes) => lineOf(nodes)).join('\n');
}

function marksOf({ annotations, href, type }: RichText): readonly RichMark[] {
  const isLink = typeof href === 'string' && (type ?? 'text') === 'text' && /^(?:https?:\/\/|mailto:)/i.test(href);
  return [
    ...(isLink ? [{ type: 'link', attrs: { href } }] : []),
    ...(annotations?.code ? [{ type: 'code' }] : []),
    ...(annotations?.bold && !annotations.code ? [{ type: 'strong' }] : []),
    ...(annotations?.italic && !annotations.code ? [{ type: 'em' }] : []),
    ...(annotations?.strikethrough && !annotations.code ? [{ type: 'strike' }] : []),
  ];
}
