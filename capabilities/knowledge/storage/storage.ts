import { blocksOfText, markdownOf, patchedBlocks } from '#capabilities/common/rich-text/edit.ts';
import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { AppError } from '#shared/errors.ts';
import type { PageDocument } from '../types.ts';
import { type Row, rowOf } from './layout.ts';
import { storageOf } from './write.ts';
import { parseXml } from './xml.ts';

export type StorageDocument = PageDocument & { readonly format: 'storage' };

/** What placeholders begin with: `⟦storage:mention:3f2a9c1e @712020:5b10⟧`. */
const format = 'storage';

/** What a document in Confluence's storage format reads as. Throws AppError `unsupported` where it is none. */
export function storageDocument(native: string): StorageDocument {
  return { format, native, text: markdownOf(rowOf(native, parseXml(native)).blocks, format) };
}

/** A new document of Markdown. Throws AppError where the text cannot be read, or has placeholders of another one. */
export function newStorage(markdown: string): StorageDocument {
  return storageDocument(blocksOfText(markdown, format).map(storageOf).join(''));
}

/**
 * A document with another text, in which each block that reads as before stands as it stood, to the byte. Throws AppError
 * `unsupported` where the new text would drop, change, double or move what Markdown cannot say.
 */
export function editedStorage(before: StorageDocument, markdown: string): StorageDocument {
  if (markdown === before.text) return before;
  const row = rowOf(before.native, parseXml(before.native));
  const blocks = patchedBlocks(row.blocks, markdown, format);
  assertFrame(row, blocks);
  const native = blocks.map((block) => row.rawOf.get(block) ?? storageOf(block)).join('') + row.tail;
  return storageDocument(native);
}

/** What opens and what closes a column or panel has to come as it came. */
function assertFrame({ blocks: before, frame }: Row, blocks: readonly RichNode[]): void {
  const wanted = before.filter((block) => frame.has(block));
  const found = blocks.filter((block) => frame.has(block));
  if (found.length === wanted.length && found.every((block, index) => block === wanted[index])) return;
  throw new AppError('unsupported', 'The new text moves what opens or closes a part of the page: a column, a panel.', {
    next: 'Keep each ⟦storage:…⟧ of the text in the order in which they stand there.',
  });
}
