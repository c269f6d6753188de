import { revisionOf, telling } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { asksOfPage, asksOfPlace, lookUpPage, noPage } from '#capabilities/knowledge/asks.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { KnowledgeAsk, Place } from '#capabilities/knowledge/types.ts';
import { AppError } from '#shared/errors.ts';
import type { KnowledgePage, KnowledgeReader, PageLink, PastPage, When } from './ports.ts';
import { toldOfPage } from './told.ts';

/** What a read is allowed: what a scope says about one item, and what it opens, which the sponsor may read too. */
export type Allowed = { readonly may: (ask: KnowledgeAsk) => boolean; readonly opened: readonly KnowledgeAsk[] };

/** Whether scope and sponsor cover what is asked for. */
export function covers({ may, opened }: Allowed, asks: readonly KnowledgeAsk[]): boolean {
  const isOpened = ({ namespace }: KnowledgeAsk) => opened.some((each) => sameNamespace(each.namespace, namespace));
  return asks.every((ask) => isOpened(ask) && may(ask));
}

/** The same for a page that the backend tells of. */
export function coversPage(allowed: Allowed, page: PageLink): boolean {
  return covers(allowed, asksOfPage(page, 'read'));
}

/** The page of an id, where scope and sponsor cover it; throws as for none where they do not. */
export async function findPage(reader: KnowledgeReader, id: string, allowed: Allowed): Promise<KnowledgePage> {
  const found = await lookUpPage(reader, id);
  if (coversPage(allowed, found)) return found;
  throw noPage(id);
}

/** Whether a place is covered that a page has or had; one that nobody tells of is where the page is. */
export function coversPlace(allowed: Allowed, id: string, place: Place | undefined): boolean {
  return place === undefined || covers(allowed, asksOfPlace(place, id, 'read'));
}

/** A state that a page had. Throws as for none where it was elsewhere then, which is not covered. */
export async function findPast(
  reader: KnowledgeReader,
  page: KnowledgePage,
  when: When,
  allowed: Allowed,
): Promise<PastPage> {
  if ('at' in when && !reader.backend.past) {
    throw new AppError('unsupported', `${reader.backend.name} does not tell what a page was at a moment.`, {
      next: 'get_page_history shows the revisions that there are.',
    });
  }
  const found = await reader.past(page, when);
  if (found !== null && coversPlace(allowed, page.id, found.place)) return found;
  const which = 'at' in when ? `nothing at ${when.at}` : `no revision ${JSON.stringify(when.revision)}`;
  throw new AppError('not_found', `There is ${which} of the page ${page.id}, or nothing that you may use so.`, {
    next: 'get_page_history shows the revisions that there are.',
  });
}

/** How many pages above one are named. */
const mostAbove = 8;

/** The titles of the pages above one, from the top, of those that are covered; the nearest of many. */
export function whereOf(
  { namespace, above }: Pick<PageLink, 'namespace' | 'above'>,
  allowed: Allowed,
  show: (text: string) => string,
): string[] {
  const covered = above.filter(({ id }, index) => {
    return covers(allowed, asksOfPage({ id, namespace, above: above.slice(0, index) }, 'read'));
  });
  const shown = covered.slice(-mostAbove);
  const strange = shown.filter((page) => page.trust === 'untrusted');
  return telling(
    shown.map(({ title }) => shorten(show(title), 80)),
    ...strange.map((page) => toldOfPage(page, { revision: revisionOf(page.title), trust: 'untrusted' })),
  );
}
