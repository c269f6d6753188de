import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PageRef, Place, Revision } from '#capabilities/knowledge/types.ts';
import type { PastPage, When } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { type ConfluencePage, page, pageVersion, some } from './answers.ts';
import type { Asking } from './asking.ts';
import { listQuery, nextCursor } from './cursor.ts';
import { isId, isVersion } from './ids.ts';
import { aboveOf, rawPage, refOf } from './pages.ts';
import { v2 } from './product.ts';
import { revisionOf } from './revisions.ts';
import { documentOf } from './text.ts';

const mostAtOnce = 100;

/** The versions of a page, newest first. */
async function readVersions({ reads }: Pick<Asking, 'reads'>, pageId: string, { limit, cursor }: PageRequest) {
  if (!isId(pageId)) return null;
  const query = { ...listQuery(Math.min(limit, mostAtOnce), cursor), sort: '-modified-date' };
  return reads.get({ path: [...v2, 'pages', pageId, 'versions'], query, answer: some(pageVersion) });
}

export async function readHistory(asking: Asking, ref: PageRef, request: PageRequest): Promise<Page<Revision>> {
  const found = await readVersions(asking, ref.id, request);
  if (found === null) return { items: [], cursor: null };
  const who = await asking.people.known(found.results.map(({ authorId }) => authorId));
  const items = found.results.map((each) => revisionOf(each, each.page?.title ?? ref.title, who(each.authorId)));
  return { items, cursor: nextCursor(found) };
}

/**
 * A page as it was in one of its versions. Where it was then, Confluence does not tell: it is where it is now. So what a
 * page was at a moment is not told at all.
 */
export async function readPast(asking: Asking, ref: PageRef, when: When): Promise<PastPage | null> {
  if ('at' in when) throw unsupported();
  const number = when.revision;
  if (!isVersion(number)) return null;
  const [now, then] = await Promise.all([rawPage(asking, ref.id), rawVersion(asking, ref.id, number)]);
  if (now === null || then === null) return null;
  return pastOf(asking, now, then);
}

export async function rawVersion(
  { reads }: Pick<Asking, 'reads'>,
  pageId: string,
  number: string,
): Promise<ConfluencePage | null> {
  if (!isId(pageId)) return null;
  const query = { 'body-format': 'storage', version: number };
  const found = await reads.get({ path: [...v2, 'pages', pageId], query, answer: page });
  return found !== null && String(found.version.number) === number ? found : null;
}

async function pastOf(asking: Asking, now: ConfluencePage, then: ConfluencePage): Promise<PastPage | null> {
  const [namespace, above, who] = await Promise.all([
    asking.spaces.byId(now.spaceId),
    aboveOf(asking, now),
    asking.people.known([then.version.authorId]),
  ]);
  if (namespace === null) return null;
  const place: Place = { namespace, above };
  return {
    page: { ...refOf(asking.site, now, namespace), title: then.title },
    place,
    revision: revisionOf(then.version, then.title, who(then.version.authorId)),
    body: documentOf(then.body?.storage?.value ?? ''),
    trashed: now.status === 'trashed',
  };
}

/** What cannot be told because no place and no trash of earlier is. */
export function unsupported(): AppError {
  return new AppError(
    'unsupported',
    'Confluence does not tell where pages were at a moment, nor which were in the trash.',
    {
      next: 'get_page_history shows the versions of a page; each can be read by its revision.',
    },
  );
}
