import * as z from 'zod';
import { asksOfPlace } from '#capabilities/knowledge/asks.ts';
import {
  documentFormat,
  type KnowledgeAsk,
  type KnowledgeTarget,
  type NamespaceRef,
  type PageRef,
  type Place,
  pageRef,
  place,
} from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader, PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { toldOfPage } from '#capabilities/knowledge-read/told.ts';
import { AppError } from '#shared/errors.ts';
import {
  type ContentReader,
  type Description,
  type Foundation,
  type Json,
  type Left,
  type Receipts,
  type Step,
  type StillHolds,
  type Told,
  toolsFor,
  trust,
} from '#shared/tools/index.ts';
import type { KnowledgeWrite, KnowledgeWriter, Written } from './ports.ts';

/** Makes the tools of this capability. */
export const { write: writeTool } = toolsFor<KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget>();

export type KnowledgeStep = Step<KnowledgeReader, KnowledgeWriter>;

/** What a plan goes by of a backend; the same for as long as its server runs, and sealed with the change. */
export const backendFacts = z.strictObject({
  documents: documentFormat,
  maxText: z.number(),
  maxComment: z.number(),
  maxTitle: z.number(),
  quarantine: z.boolean(),
  once: z.boolean(),
});
export type BackendFacts = z.infer<typeof backendFacts>;

export function factsOf({ backend }: KnowledgeReader): BackendFacts {
  const { documents, maxText, maxComment, maxTitle, quarantine, once } = backend;
  return { documents, maxText, maxComment, maxTitle, quarantine, once };
}

/** What each state of a change of a page says of it: where it is, and which state of it its viewer sees. */
export const pageAt = z.strictObject({
  ref: pageRef,
  place,
  revision: z.string(),
  /** What everybody else sees, where this waits in quarantine: null where they see nothing. Absent where all see the same. */
  published: z.strictObject({ revision: z.string(), title: z.string() }).nullable().exactOptional(),
  /** Nothing can be written to it then, but that it is brought back. */
  trashed: z.boolean(),
  /** Of its words; absent where they are trusted. */
  trust: trust.exactOptional(),
});
export type PageAt = z.infer<typeof pageAt>;

export function atOf(page: KnowledgePage): PageAt {
  const { published } = page;
  const others = published && { revision: published.revision.id, title: published.revision.title };
  return {
    ref: refOf(page),
    place: placeOf(page),
    revision: page.revision.id,
    ...(others !== undefined && { published: others }),
    trashed: page.trashed,
    ...(page.revision.provenance.trust === 'untrusted' && { trust: 'untrusted' as const }),
  };
}

/** A page for the record of what an agent has read: summaries have its title, and errors may quote its text. */
export function toldOfPageAt({ ref, revision, trust: how = 'trusted' }: PageAt): Told {
  return toldOfPage(ref, { revision, trust: how });
}

/** A page by its immutable id alone, out of all that is known of it. */
export function refOf({ id, title, url, namespace }: PageRef): PageRef {
  return { id, title, url, namespace: namespaceRefOf(namespace) };
}

/** The same for a namespace. */
export function namespaceRefOf({ id, key, name, audience }: NamespaceRef): NamespaceRef {
  return { id, key, name, ...(audience !== undefined && { audience }) };
}

/** Where a page is. */
export function placeOf({ namespace, above }: Pick<PageSummary, 'namespace' | 'above'>): Place {
  return { namespace: namespaceRefOf(namespace), above: above.map(({ id, title }) => ({ id, title })) };
}

/** Right under a page. */
export function placeUnder(page: Pick<PageSummary, 'id' | 'title' | 'namespace' | 'above'>): Place {
  const { namespace, above } = placeOf(page);
  return { namespace, above: [...above, { id: page.id, title: page.title }] };
}

/** The ask of a page that was found. */
export function asksAt({ ref, place: { above } }: PageAt, want: KnowledgeAsk['want']): KnowledgeAsk {
  return asksOfPlace({ namespace: ref.namespace, above }, ref.id, want)[0];
}

/** The ask of a page that is made at a place, or comes there. */
export function asksInto(place: Place, id: string | null = null): KnowledgeAsk {
  return asksOfPlace(place, id, 'write')[0];
}

/** Throws AppError `conflict` for a page to which nothing can be written. */
export function assertNotTrashed({ ref, trashed }: PageAt): void {
  if (!trashed) return;
  throw new AppError('conflict', `The page ${ref.id} is in the trash: nothing can be written to it.`, {
    next: 'Ask a person whether it shall be brought back.',
  });
}

/**
 * A page as it is now, or why the plan does not hold any more: what was approved is for it in its namespace. `word` is how
 * it is told of; its title is words of others.
 */
export async function pageStill(
  { ref }: Pick<PageAt, 'ref'>,
  reader: KnowledgeReader,
  word = 'The page',
): Promise<{ readonly found: KnowledgePage } | Exclude<StillHolds, 'holds'>> {
  const found = await reader.page(ref.id);
  if (found === null) return { stale: `${word} is not there any more.` };
  const isMoved = found.namespace.id !== ref.namespace.id || found.namespace.key !== ref.namespace.key;
  return isMoved ? { stale: `${word} is in another namespace by now, or its namespace has another key.` } : { found };
}

/**
 * Whether what is written over is as it was: the state that the agent goes on from, and what everybody else sees, which
 * an approver was shown the difference to.
 */
export async function revisionStill(at: PageAt, reader: KnowledgeReader): Promise<StillHolds> {
  const there = await pageStill(at, reader);
  if ('stale' in there) return there;
  const now = atOf(there.found);
  if (now.trashed !== at.trashed) return { stale: `The page is ${now.trashed ? 'in the trash' : 'back'} by now.` };
  if (now.revision !== at.revision) return { stale: 'The page has another revision by now.' };
  return publishedOf(now) === publishedOf(at)
    ? 'holds'
    : { stale: 'What others see of the page is another revision by now.' };
}

/** The revision that everybody else sees; null where they see nothing. */
function publishedOf({ revision, published }: PageAt): string | null {
  return published === undefined ? revision : (published?.revision ?? null);
}

/** The asks of pages by what the backend says of them now: they can come to another place. Nothing is asked of one that is gone. */
export async function asksNow(
  reader: KnowledgeReader,
  ids: readonly string[],
  want: KnowledgeAsk['want'] = 'write',
): Promise<readonly KnowledgeAsk[]> {
  const found = await Promise.all(ids.map((id) => reader.page(id)));
  return found.flatMap((page) => (page === null ? [] : [asksAt(atOf(page), want)]));
}

export function targetOf({ page }: { readonly page: PageRef }): KnowledgeTarget {
  return { namespaceId: page.namespace.id, namespace: page.namespace.key, pageId: page.id };
}

/** The key of a page's text and title among what changes write to: its name as a thing, so that who made it is known. */
export function pageResource({ id }: Pick<PageRef, 'id'>): string {
  return thingOf({ page: id });
}

/** The key of where it is, which no text goes by. */
export function placeResource(page: Pick<PageRef, 'id'>): string {
  return `${pageResource(page)}/place`;
}

/** The key of its conversation, which does not wait for what is done to the page itself. */
export function commentsResource(page: Pick<PageRef, 'id'>): string {
  return `${pageResource(page)}/comments`;
}

/** The name of a page or a comment on its server that never becomes another's. */
export function thingOf(thing: { readonly page: string } | { readonly comment: string }): string {
  return 'page' in thing ? `page:${thing.page}` : `comment:${thing.comment}`;
}

/** A page as a plan builds on it; at its revision where the plan goes by what is in the page. */
export function standsOnPage({ ref, revision, trashed }: PageAt, by: 'page' | 'revision' = 'revision'): Foundation {
  return {
    thing: thingOf({ page: ref.id }),
    version: by === 'revision' ? revision : null,
    ...(trashed && { ended: true as const }),
  };
}

/** A page that a step wrote: at the revision that its receipt tells, else as it was right afterwards. */
export function leftPage(
  step: string,
  receipts: Receipts,
  { at, made }: { readonly at: PageAt | null; readonly made: boolean },
): readonly Left[] {
  const written = writtenBy(receipts, step);
  const id = written?.id ?? at?.ref.id;
  if (id === undefined || Object.keys(receipts).length === 0) return [];
  return [{ thing: thingOf({ page: id }), version: written?.revision ?? at?.revision ?? null, made }];
}

/** Whether a backend can hold what is put before others until a person accepts it. */
export function quarantineOf({ quarantine }: Pick<BackendFacts, 'quarantine'>): Pick<Description, 'quarantine'> {
  return { quarantine: quarantine ? 'possible' : 'impossible' };
}

/**
 * One write as a step; texts that it has come out of contents. `repeat` is `guarded` where the backend lets it take effect
 * once at most, as was sealed with the plan, or where what it expects is no longer so once it took effect.
 */
export function writeStep(
  name: string,
  wanted: (contents: ContentReader) => KnowledgeWrite,
  repeat: KnowledgeStep['repeat'],
): KnowledgeStep {
  return {
    name,
    repeat,
    run: async ({ write, mark, origin, contents }) => receiptOf(await write.write(wanted(contents), mark, origin)),
    landed: (reader, mark, _earlier, contents) => reader.landed(wanted(contents), mark),
  };
}

/** `once` of the backend, as it was sealed with the plan. */
export function repeatOf({ once }: { readonly once: boolean }): KnowledgeStep['repeat'] {
  return once ? 'guarded' : 'never';
}

function receiptOf({ id, url, revision, differs }: Written): Json {
  return { id, url, revision, differs };
}

/** Loose: a receipt may say more than is needed again. */
const receipt = z.object({
  id: z.string(),
  url: z.string().nullable(),
  revision: z.string().nullable(),
  differs: z.array(z.string()),
});

/** What a step answered; undefined while it has no receipt, or only a person's word. */
export function writtenBy(receipts: Receipts, step: string): Written | undefined {
  return receipt.safeParse(receipts[step]).data;
}
