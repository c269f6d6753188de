import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { assertFewPages } from './limits.ts';
import { waitingUnder } from './listing.ts';
import type { Stays } from './plan.ts';
import type { Listing } from './tree.ts';

export type Looking = { readonly reader: KnowledgeReader; readonly namespace: NamespaceRef; readonly at: string };

/** Which pages will be there, which go to the trash, and which are left alone. */
export type Sorted = {
  readonly there: ReadonlySet<string>;
  /** Those made since, with what waits under them. */
  readonly ends: readonly string[];
  readonly stays: readonly Stays[];
};

/** Throws AppError `too_large`. */
export async function sortPages(looking: Looking, then: Listing, now: Listing): Promise<Sorted> {
  const missing = [...then.values()].filter(({ id }) => !now.has(id));
  const fresh = [...now.values()].filter(({ id }) => !then.has(id));
  assertFewPages(missing.length + fresh.length);
  const there = new Set([...then.keys()].filter((id) => now.has(id)));
  const stays: Stays[] = [];
  for (const { id, title } of missing) {
    const why = cannotReturn(await looking.reader.page(id), looking);
    if (why === null) there.add(id);
    else stays.push({ page: { id, title }, why });
  }
  const ends: KnowledgePage[] = [];
  for (const { id, title } of fresh) {
    const page = await looking.reader.page(id);
    if (page === null) continue;
    if (!(await cameFromElsewhere(looking, page))) {
      ends.push(page);
      continue;
    }
    there.add(id);
    stays.push({ page: { id, title }, why: 'It was in another namespace then: it is not moved back there.' });
  }
  const waiting = await waitingUnder(looking.reader, ends, now);
  assertFewPages(missing.length + ends.length + waiting.length);
  return { there, ends: [...ends, ...waiting].map(({ id }) => id), stays };
}

/** Why a page does not come back that was there; null when it can. Of where it is now nothing is told. */
function cannotReturn(page: KnowledgePage | null, { namespace }: Looking): string | null {
  if (page === null) return 'It is gone for good.';
  if (page.namespace.id !== namespace.id) return 'It is in another namespace now: it is not moved back from there.';
  const isUnseen = page.published === null && !page.trashed;
  return isUnseen ? 'It waits until a person accepts it.' : null;
}

async function cameFromElsewhere({ reader, namespace, at }: Looking, page: KnowledgePage): Promise<boolean> {
  const past = await reader.past(page, { at });
  return past !== null && !past.trashed && past.place.namespace.id !== namespace.id;
}
