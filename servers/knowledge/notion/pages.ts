import { notionDocument } from '#capabilities/knowledge/notion/notion.ts';
import { steady } from '#capabilities/knowledge/notion/steady.ts';
import type { PageDocument, PageRef, Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { NotionPage } from './answers.ts';
import type { Reads } from './api.ts';
import type { Asking } from './asking.ts';
import { orNull } from './errors.ts';
import { isId } from './ids.ts';
import type { Spot } from './namespaces.ts';
import { provenanceOf } from './people.ts';

/** A page as Notion tells it, without its text; null where there is none, or none that is shared with the integration. */
export async function rawPage(reads: Reads, id: string): Promise<NotionPage | null> {
  return isId(id) ? orNull(reads.page(id)) : null;
}

/** A text as Notion gives it, and whether that is all of it. */
export type RawText = { readonly native: string; readonly whole: boolean };

/** Very long pages are given in part, and one in the trash perhaps not at all. */
export async function rawText(reads: Reads, id: string): Promise<RawText> {
  const found = await orNull(reads.markdown(id));
  if (found === null) return { native: '', whole: false };
  return { native: found.markdown, whole: !found.truncated };
}

/**
 * A text as it reads. One that cannot be read is named by its digest: a page of anybody's must not keep others from being
 * listed.
 */
export function documentOf({ native, whole }: RawText): PageDocument {
  try {
    const read = notionDocument(native);
    return whole ? read : { ...read, text: `${read.text}\n\n⟦more, which Notion does not give at once⟧`.trim() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { format: 'notion', native, text: `⟦a document that cannot be read here, ${sha256(native).slice(0, 16)}⟧` };
  }
}

/**
 * What the version of a page is called: Notion has no numbers, and tells times to the minute. Two states with the same
 * title and text within a minute are the same to whoever writes on them.
 */
export function revisionId({ last_edited_time, title, in_trash }: NotionPage, { native }: RawText): string {
  return sha256(canonical([last_edited_time, title, in_trash, steady(native)])).slice(0, 32);
}

/** A page with where it is now: nothing of it is told before that is known. */
export async function readPage(asking: Asking, id: string): Promise<KnowledgePage | null> {
  const found = await rawPage(asking.reads, id);
  const spot = found && (await asking.namespaces.locate(found));
  if (found === null || spot === null) return null;
  const [text, who] = await Promise.all([rawText(asking.reads, id), asking.people.known([found.last_edited_by?.id])]);
  const by = who(found.last_edited_by?.id);
  const { title, last_edited_time: at } = found;
  return {
    ...summaryOf(found, spot),
    body: documentOf(text),
    revision: { id: revisionId(found, text), at, title, provenance: provenanceOf(by), note: null },
    comments: null,
  };
}

export const refOf = ({ id, title, url }: NotionPage, { namespace }: Place): PageRef => ({ id, title, url, namespace });

export function summaryOf(found: NotionPage, { place, trashed }: Spot): PageSummary {
  const times = { createdAt: found.created_time, updatedAt: found.last_edited_time };
  return { ...refOf(found, place), above: place.above, parent: null, ...times, trashed: found.in_trash || trashed };
}
