import { withLineFeeds } from '#capabilities/common/keep-hidden.ts';
import { editedNotion, newNotion } from './notion/notion.ts';
import { editedStorage, newStorage } from './storage/storage.ts';
import type { DocumentFormat, PageDocument } from './types.ts';

/** A new document of Markdown. Throws AppError where the text cannot be read, or has placeholders of another one. */
export function newDocument(format: DocumentFormat, markdown: string): PageDocument {
  const text = withLineFeeds(markdown);
  if (format === 'markdown') return { format, text };
  return format === 'storage' ? newStorage(text) : newNotion(text);
}

/**
 * A document with another text, in which each block that reads as before is what it was. Throws AppError `unsupported`
 * where the new text would drop, change or double what Markdown cannot say.
 */
export function editedDocument(before: PageDocument, markdown: string): PageDocument {
  if (markdown === before.text) return before;
  if (before.format === 'markdown') return { format: before.format, text: markdown };
  return before.format === 'storage' ? editedStorage(before, markdown) : editedNotion(before, markdown);
}
