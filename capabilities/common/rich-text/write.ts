import { blocksOf } from './blocks.ts';
import { isTooTangled } from './bounds.ts';
import { labelOf } from './label.ts';
import { type RichNode, sameJson } from './node.ts';
import { carry, type Placeholder, signsIn } from './placeholder.ts';
import { plainForm } from './plain-form.ts';
import { tokensOf } from './read.ts';
import { type Manner, writeBlock } from './write-block.ts';

/** Blocks as Markdown: the text of each, in which signs stand for placeholders. */
export type WrittenBlocks = { readonly segments: readonly string[]; readonly placeholders: readonly Placeholder[] };

const manners: readonly Pick<Manner, 'emphasis' | 'loose'>[] = [
  { emphasis: '*', loose: false },
  { emphasis: '_', loose: false },
  { emphasis: '*', loose: true },
];

/**
 * Writes each block so that, read again, it is the very same block; what cannot be written so is carried whole. So
 * nothing that Markdown cannot say is ever lost by an edit beside it.
 */
export function writtenBlocks(content: readonly RichNode[], format: string): WrittenBlocks {
  const placeholders: Placeholder[] = [];
  const segments: string[] = [];
  let other = false;
  for (const [index, node] of content.entries()) {
    other = content[index - 1]?.type === node.type && !other;
    segments.push(writeWhole(node, { placeholders, other, format }));
  }
  return { segments, placeholders };
}

type Writing = { readonly placeholders: Placeholder[]; readonly other: boolean; readonly format: string };

/** `other`: with another sign for the items of a list than the one before it, of which it would be a part else. */
function writeWhole(node: RichNode, { placeholders, other, format }: Writing): string {
  const plain = plainWords(node);
  if (plain !== null) return plain;
  const wanted = plainForm(node);
  const kept = placeholders.length;
  for (const manner of manners) {
    const text = writeBlock(wanted, { ...manner, other, within: 'doc', placeholders });
    if (
      !text.includes(`⟦${format}:`) &&
      hasOnly(text, kept, placeholders.length) &&
      readsAs(text, wanted, placeholders)
    )
      return text;
    placeholders.length = kept;
  }
  return carry(placeholders, { node, place: { inline: false, within: 'doc' }, label: labelOf(node) });
}

/** A paragraph in which nothing could be taken for a sign of Markdown: most are so, and need not be read again to know. */
function plainWords({ type, attrs, content = [] }: RichNode): string | null {
  const [node, ...others] = content;
  const isText = type === 'paragraph' && attrs === undefined && others.length === 0 && node?.type === 'text';
  if (!isText || node.marks !== undefined || node.text === undefined) return null;
  return /^\p{L}[\p{L}\p{N} ,.;'"?!()-]*[\p{L}\p{N},.;'"?!()]$/u.test(node.text) ? node.text : null;
}

/** Whether the signs in a text are those of its own placeholders, and nothing else: what is code may look like one. */
function hasOnly(text: string, from: number, to: number): boolean {
  const signs = signsIn(text).toSorted((one, other) => one - other);
  return signs.length === to - from && signs.every((sign, index) => sign === from + index);
}

function readsAs(text: string, wanted: RichNode, placeholders: readonly Placeholder[]): boolean {
  if (isTooTangled(text)) return false;
  const tokens = tokensOf(text);
  if (tokens.length !== 1 || tokens[0]?.raw.trimEnd() !== text) return false;
  return sameJson(blocksOf(tokens, { within: 'doc', placeholders }).map(plainForm), [wanted]);
}
