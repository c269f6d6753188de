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

/** A page under this one, where it stands in the text. */
export const isPageLine = (line: string): boolean => /^<page\b[^<>]*>[^<]*<\/page>\s*$/u.test(line);

/** A text without the pages that stand in it, which come and go without it. */
export const withoutPages = (native: string): string =>
  native
    .split('\n')
    .filter((line) => !isPageLine(line))
    .join('\n');

/**
 * What the version of a page is called, which has no number: a digest of its title and text. The time of its last edit is
 * not in it, nor are the pages under it: they change without a word being written, and words that an agent left would seem
 * to be others then.
 */
export function revisionId({ title }: NotionPage, { native }: RawText): string {
  return sha256(canonical([title, withoutPages(steady(native))])).slice(0, 32);
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

const refOf = ({ id, title, url }: NotionPage, { namespace }: Place): PageRef => ({ id, title, url, namespace });

export function summaryOf(found: NotionPage, { place, trashed }: Spot): PageSummary {
  const times = { createdAt: found.created_time, updatedAt: found.last_edited_time };
  return { ...refOf(found, place), above: place.above, parent: null, ...times, trashed: found.in_trash || trashed };
}
