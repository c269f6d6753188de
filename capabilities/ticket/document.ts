import { withHidden, withLineFeeds } from '#capabilities/common/keep-hidden.ts';
import { blocksOfText, markdownOf, patchedBlocks } from '#capabilities/common/rich-text/edit.ts';
import { parseAdf } from './adf/node.ts';
import type { TicketDocument } from './types.ts';

/** What a document in Atlassian Document Format, as its JSON, reads as. Throws AppError `unsupported` where it is none. */
export function adfDocument(native: string): TicketDocument {
  return { format: 'adf', native, text: markdownOf(parseAdf(native).content, 'adf') };
}

/** A new document of Markdown. Throws AppError where the text cannot be read, or has placeholders of another one. */
export function newDocument(format: TicketDocument['format'], markdown: string): TicketDocument {
  const text = withLineFeeds(markdown);
  if (format === 'markdown') return { format, text };
  return adfDocument(JSON.stringify({ version: 1, type: 'doc', content: blocksOfText(text, 'adf') }));
}

/**
 * A document with another text, in which each block that reads as before is what it was. Throws AppError `unsupported`
 * where the new text would drop, change or double what Markdown cannot say.
 */
export function editedDocument(before: TicketDocument, markdown: string): TicketDocument {
  const text = withHidden(before.text, withLineFeeds(markdown));
  if (text === before.text) return before;
  if (before.format === 'markdown') return { format: 'markdown', text };
  const document = parseAdf(before.native);
  return adfDocument(JSON.stringify({ ...document, content: patchedBlocks(document.content, text, 'adf') }));
}

/** A document with each of its texts passed through a function that keeps JSON well formed, as filling references does. */
export function mapTexts(document: TicketDocument, each: (text: string) => string): TicketDocument {
  if (document.format === 'markdown') return { ...document, text: each(document.text) };
  return { ...document, text: each(document.text), native: each(document.native) };
}
