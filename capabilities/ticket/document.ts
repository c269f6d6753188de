import { diffArrays } from 'diff';
import { documentOf, markdownOf, patched } from './adf/edit.ts';
import { parseAdf } from './adf/node.ts';
import { shownText } from './shown-text.ts';
import type { TicketDocument } from './types.ts';

/** What a document in Atlassian Document Format, as its JSON, reads as. Throws AppError `unsupported` where it is none. */
export function adfDocument(native: string): TicketDocument {
  return { format: 'adf', native, text: markdownOf(parseAdf(native)) };
}

/** A new document of Markdown. Throws AppError where the text cannot be read, or has placeholders of another one. */
export function newDocument(format: TicketDocument['format'], markdown: string): TicketDocument {
  const text = withLineFeeds(markdown);
  return format === 'markdown' ? { format, text } : adfDocument(JSON.stringify(documentOf(text)));
}

/**
 * A document with another text, in which each block that reads as before is what it was. Throws AppError `unsupported`
 * where the new text would drop, change or double what Markdown cannot say.
 */
export function editedDocument(before: TicketDocument, markdown: string): TicketDocument {
  const text = withHidden(before.text, withLineFeeds(markdown));
  if (text === before.text) return before;
  if (before.format === 'markdown') return { format: 'markdown', text };
  return adfDocument(JSON.stringify(patched(parseAdf(before.native), text)));
}

/** A document with each of its texts passed through a function that keeps JSON well formed, as filling references does. */
export function mapTexts(document: TicketDocument, each: (text: string) => string): TicketDocument {
  if (document.format === 'markdown') return { ...document, text: each(document.text) };
  return { ...document, text: each(document.text), native: each(document.native) };
}

/** More differences than that are not looked for in detail. */
const mostDifferences = 1_000;

/**
 * A new text with the lines of the one before where nothing that shows differs: models are shown texts without characters
 * that do not show, and would drop what joins an emoji or marks a direction from lines that they leave alone.
 */
function withHidden(before: string, text: string): string {
  if (shownText(before).leftOut === 0) return text;
  const [was, is] = [before.split('\n'), text.split('\n')];
  const shown = (lines: readonly string[]): string[] => lines.map((line) => shownText(line).text);
  const parts = diffArrays(shown(was), shown(is), { maxEditLength: mostDifferences });
  if (parts === undefined) return text;
  let [from, at] = [0, 0];
  const lines = parts.flatMap(({ value, added, removed }) => {
    const [old, given] = [was.slice(from, from + value.length), is.slice(at, at + value.length)];
    if (!added) from += value.length;
    if (!removed) at += value.length;
    if (removed) return [];
    return added ? given : old;
  });
  return lines.join('\n');
}

function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}
