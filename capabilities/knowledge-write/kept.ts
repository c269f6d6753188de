import * as z from 'zod';
import type { PageDocument } from '#capabilities/knowledge/types.ts';
import { type ContentReader, type Contents, contentRef } from '#shared/tools/index.ts';

/**
 * A document by its digests. A page can be long, and a namespace has many: what they say is in the contents of a change,
 * where it is kept once, packed and, with a real backend, encrypted.
 */
export const keptDocument = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('markdown'), text: contentRef }),
  z.strictObject({ format: z.literal('storage'), text: contentRef, native: contentRef }),
  z.strictObject({ format: z.literal('notion'), text: contentRef, native: contentRef }),
]);
export type KeptDocument = z.infer<typeof keptDocument>;

/** Puts a document into contents. */
export function kept(document: PageDocument, contents: Contents): KeptDocument {
  const text = contents.putText(document.text);
  if (document.format === 'markdown') return { format: document.format, text };
  return { format: document.format, text, native: contents.putText(document.native) };
}

/** The document itself. */
export function documentIn(document: KeptDocument, contents: ContentReader): PageDocument {
  const text = textIn(document, contents);
  if (document.format === 'markdown') return { format: document.format, text };
  return { format: document.format, text, native: read(document.native, contents) };
}

/** What it reads as, in Markdown. */
export function textIn({ text }: KeptDocument, contents: ContentReader): string {
  return read(text, contents);
}

function read(ref: KeptDocument['text'], contents: ContentReader): string {
  const text = contents.text(ref);
  if (text === null) throw new TypeError(`contents ${ref.sha256} are no text`);
  return text;
}

/** Whether two read the same. What Markdown cannot say is in the text by its digest. */
export function sameText(one: KeptDocument | null, other: KeptDocument | null): boolean {
  return one?.text.sha256 === other?.text.sha256;
}
