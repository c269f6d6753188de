import type { NamespaceRef, PageRef, Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { ancestor, type ConfluencePage, page, some } from './answers.ts';
import type { Asking } from './asking.ts';
import { isId } from './ids.ts';
import { v2 } from './product.ts';
import { revisionOf } from './revisions.ts';
import { wikiUrl } from './spaces.ts';
import { documentOf } from './text.ts';

/** States of a page that tools know; drafts are nobody's business but their author's. */
const statuses = 'current,archived,trashed';

/** A page as Confluence tells it, with its text; null where there is none, or none that the account may see. */
export async function rawPage({ reads }: Pick<Asking, 'reads'>, id: string): Promise<ConfluencePage | null> {
  if (!isId(id)) return null;
  const query = { 'body-format': 'storage', status: statuses };
  const found = await reads.get({ path: [...v2, 'pages', id], query, answer: page });
  return found !== null && statuses.split(',').includes(found.status) ? found : null;
}

/** A page with where it is now: nothing of it is told before that is known. */
export async function readPage(asking: Asking, id: string): Promise<KnowledgePage | null> {
  const found = await rawPage(asking, id);
  if (found === null) return null;
  const [namespace, above, who] = await Promise.all([
    asking.spaces.byId(found.spaceId),
    aboveOf(asking, found),
    asking.people.known([found.version.authorId]),
  ]);
  if (namespace === null) return null;
  return {
    ...summaryOf(asking.site, found, { namespace, above }),
    body: documentOf(found.body?.storage?.value ?? ''),
    revision: revisionOf(found.version, found.title, who(found.version.authorId)),
    comments: null,
  };
}

export const refOf = (site: string, found: ConfluencePage, namespace: NamespaceRef): PageRef => ({
  ...{ id: found.id, title: found.title, namespace },
  url: wikiUrl(site, found._links?.webui ?? `/pages/viewpage.action?pageId=${found.id}`),
});

export function summaryOf(site: string, found: ConfluencePage, { namespace, above }: Place): PageSummary {
  const { createdAt, version, status } = found;
  const times = { createdAt, updatedAt: version.createdAt };
  return { ...refOf(site, found, namespace), above, parent: null, ...times, trashed: status === 'trashed' };
}

/** More levels than pages have in earnest. Confluence gives no more at once. */
const mostAbove = 250;

/** What is above a page, from the top. What is no page has no title that can be told here. */
export async function aboveOf(asking: Asking, found: Pick<ConfluencePage, 'id' | 'parentId'>): Promise<Place['above']> {
  if (found.parentId === null || found.parentId === undefined) return [];
  const above = await readAbove(asking, found.id);
  const pages = await pagesById(
    asking,
    above.filter(({ type }) => type === 'page').map(({ id }) => id),
  );
  return above.map(({ id, type }) => ({ id, title: pages.get(id)?.title ?? (type === 'page' ? '' : `[${type}]`) }));
}

/** The same for several: pages under the same one have the same above them, which is asked for once. */
export function aboveEach(asking: Asking): (found: Pick<ConfluencePage, 'id' | 'parentId'>) => Promise<Place['above']> {
  const known = new Map<string, Promise<Place['above']>>();
  return (found) => {
    const key = found.parentId ?? '';
    const above = known.get(key) ?? aboveOf(asking, found);
    known.set(key, above);
    return above;
  };
}

async function readAbove({ reads }: Pick<Asking, 'reads'>, id: string) {
  const query = { limit: String(mostAbove) };
  const answer = await reads.get({ path: [...v2, 'pages', id, 'ancestors'], query, answer: some(ancestor) });
  const above = answer?.results ?? [];
  if (above.length < mostAbove) return above;
  throw new AppError('unsupported', 'The page is under more others than can be told of.');
}

/** The same by their ids alone. */
export async function aboveIds(asking: Pick<Asking, 'reads'>, id: string): Promise<readonly string[]> {
  return isId(id) ? (await readAbove(asking, id)).map((each) => each.id) : [];
}

/** As many pages are asked for at once as Confluence takes. */
const mostAtOnce = 250;

/** Those of some pages that are there, without their texts; what is in the trash is not. */
export async function pagesById(
  { reads }: Pick<Asking, 'reads'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ConfluencePage>> {
  const wanted = [...new Set(ids)].filter(isId);
  const found: ConfluencePage[] = [];
  for (let at = 0; at < wanted.length; at += mostAtOnce) {
    const some250 = wanted.slice(at, at + mostAtOnce);
    const query = { id: some250.join(','), status: 'current,archived', limit: String(mostAtOnce) };
    const answer = await reads.get({ path: [...v2, 'pages'], query, answer: some(page) });
    found.push(...(answer?.results ?? []));
  }
  return new Map(found.map((each) => [each.id, each]));
}
