import { noNamespace } from '#capabilities/knowledge/asks.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';
import { kept } from '../kept.ts';
import { parentOf } from '../places.ts';
import { namespaceRefOf, placeOf, refOf } from '../tool.ts';
import { assertFewPages, assertLittleText } from './limits.ts';
import { listPages } from './listing.ts';
import { type BringBackState, type Look, type LookNow, sameLook } from './plan.ts';
import { type Looking, sortPages } from './sort.ts';
import { placesAtEnd } from './tree.ts';

type Found = BringBackState['pages'][number];

/** What of a namespace is not as it was at a moment, and what it was. Throws AppError `unsupported`, `too_large`. */
export async function lookAtNamespace(
  { namespace: key, at: moment }: { readonly namespace: string; readonly at: string },
  reader: KnowledgeReader,
  contents: Contents,
): Promise<BringBackState> {
  const found = await reader.namespace(key);
  if (found === null) throw noNamespace(key);
  if (found.archived) throw new AppError('conflict', `Nothing can be written to ${found.key} any more.`);
  const namespace = namespaceRefOf(found);
  const looking = { reader, namespace, at: new Date(moment).toISOString() };
  const [then, now] = [await listPages(reader, namespace, looking.at), await listPages(reader, namespace, null)];
  const { there, ends, stays } = await sortPages(looking, then, now);
  const placeAt = placesAtEnd({ namespace, then, now, there });
  const differing = [...there].filter((id) => {
    const [was, is] = [then.get(id), now.get(id)];
    if (is === undefined || parentOf(is)?.id !== parentOf(placeAt(id))?.id) return true;
    return was !== undefined && (was.title !== is.title || was.digest !== is.digest);
  });
  assertFewPages(differing.length + ends.length);
  const pages = await lookAtPages(looking, [...differing, ...ends], contents, async (page, is) => {
    if (!there.has(page.id)) return { ...is, trashed: true };
    const place = placeAt(page.id);
    const [was, seen] = [then.get(page.id), now.get(page.id)];
    const says = (page.published ?? page).revision.id;
    // Only where it is differs, unless somebody has just written to it: its text need not be read again.
    const isSame = was?.title === seen?.title && was?.digest === seen?.digest && seen?.revision === says;
    return was === undefined || isSame ? { ...is, place } : { ...(await lookThen(looking, page, contents)), place };
  });
  return { namespace, pages, stays: [...stays], around: [] };
}

/** What pages are, and are to be, as far as that differs. */
async function lookAtPages(
  looking: Looking,
  ids: readonly string[],
  contents: Contents,
  target: (page: KnowledgePage, is: Look) => Promise<Look>,
): Promise<Found[]> {
  const pages: Found[] = [];
  let length = 0;
  for (const id of ids) {
    const page = await looking.reader.page(id);
    if (page === null) continue;
    const now = lookOf(page, contents);
    const { revision: _revision, seen: _seen, ...is } = now;
    const to = await target(page, is);
    if (sameLook(is, to)) continue;
    length += is.body.text.bytes + to.body.text.bytes;
    assertLittleText(length);
    pages.push({ page: refOf(page), now, to, overwrites: await isOthers(looking, page), under: [] });
  }
  return pages;
}

/** What a page is to everybody; one that nobody else sees yet, what it would be. */
export function lookOf(page: KnowledgePage, contents: Contents): LookNow {
  const { revision, body } = page.published ?? page;
  return {
    ...{ place: placeOf(page), title: revision.title, body: kept(body, contents), trashed: page.trashed },
    ...{ revision: revision.id, seen: page.revision.id },
  };
}

async function lookThen({ reader, at }: Looking, page: KnowledgePage, contents: Contents): Promise<Look> {
  const past = await reader.past(refOf(page), { at });
  if (past === null) throw new AppError('conflict', 'What the namespace was then is told in two ways; ask once more.');
  return { place: past.place, title: past.revision.title, body: kept(past.body, contents), trashed: false };
}

/** Whether somebody else than an agent wrote to a page since. Who moved it or put it away nobody says: so it counts as others'. */
async function isOthers({ reader, at }: Looking, page: KnowledgePage): Promise<boolean> {
  const { items } = await reader.history(refOf(page), { limit: 100 });
  const since = items.filter((revision) => revision.at > at);
  return since.length === 0 || since.length === 100 || since.some(({ provenance }) => provenance.kind !== 'agent');
}
