import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PageComment, PageRef } from '#capabilities/knowledge/types.ts';
import { type ConfluenceComment, comment, some, type Version, version } from './answers.ts';
import type { Asking } from './asking.ts';
import { listQuery, nextCursor } from './cursor.ts';
import { isId } from './ids.ts';
import { v2 } from './product.ts';
import { provenanceOf } from './revisions.ts';
import { wikiUrl } from './spaces.ts';
import { documentOf } from './text.ts';

/** Each conversation takes a request of its own: so many of them are told at once. */
const mostAtOnce = 25;

/** More answers to answers than a conversation has in earnest. */
const mostDeep = 10;

/** Conversations below a page, the newest first; within one, the newest answer first and what began it last. */
export async function readComments(asking: Asking, ref: PageRef, request: PageRequest): Promise<Page<PageComment>> {
  const found = await rootComments(asking, ref.id, request);
  if (found === null) return { items: [], cursor: null };
  // A cursor comes from outside: what it leads to has to be said on this page.
  const here = found.results.filter(({ pageId }) => pageId === undefined || pageId === null || pageId === ref.id);
  const threads = await Promise.all(here.filter(isThere).map((root) => threadOf(asking, root)));
  return { items: await commentsOf(asking, ref, threads.flat()), cursor: nextCursor(found) };
}

export async function rootComments({ reads }: Pick<Asking, 'reads'>, pageId: string, request: PageRequest) {
  if (!isId(pageId)) return null;
  const query = {
    ...listQuery(Math.min(request.limit, mostAtOnce), request.cursor),
    ...{ 'body-format': 'storage', sort: '-created-date' },
  };
  return reads.get({ path: [...v2, 'pages', pageId, 'footer-comments'], query, answer: some(comment) });
}

/** A comment with all answers to it, the newest first and itself last. */
async function threadOf(asking: Asking, root: ConfluenceComment, depth = 0): Promise<readonly ConfluenceComment[]> {
  if (depth >= mostDeep) return [root];
  const answers = await answersTo(asking, root.id);
  const all = await Promise.all(answers.map((each) => threadOf(asking, each, depth + 1)));
  return [...all.flat(), root];
}

export async function answersTo({ reads }: Pick<Asking, 'reads'>, id: string): Promise<readonly ConfluenceComment[]> {
  if (!isId(id)) return [];
  const query = { 'body-format': 'storage', sort: '-created-date', limit: '100' };
  const found = await reads.get({ path: [...v2, 'footer-comments', id, 'children'], query, answer: some(comment) });
  return (found?.results ?? [])
    .filter(isThere)
    .map((each) => ({ ...each, parentCommentId: each.parentCommentId ?? id }));
}

const isThere = ({ status }: ConfluenceComment): boolean => status === undefined || status === 'current';

/** Null for a comment of another page. */
export async function rawComment(
  asking: Pick<Asking, 'reads'>,
  pageId: string,
  id: string,
): Promise<ConfluenceComment | null> {
  const found = isId(id) ? await anyComment(asking, id) : null;
  if (found === null || !isThere(found)) return null;
  let at: ConfluenceComment | null = found;
  // An answer is of the page of what it answers.
  for (let depth = 0; depth < mostDeep && at !== null; depth += 1) {
    if (at.pageId !== null && at.pageId !== undefined) return at.pageId === pageId ? found : null;
    at = at.parentCommentId ? await anyComment(asking, at.parentCommentId) : null;
  }
  return null;
}

async function anyComment({ reads }: Pick<Asking, 'reads'>, id: string): Promise<ConfluenceComment | null> {
  const query = { 'body-format': 'storage' };
  return reads.get({ path: [...v2, 'footer-comments', id], query, answer: comment });
}

export async function readComment(asking: Asking, ref: PageRef, id: string): Promise<PageComment | null> {
  const found = await rawComment(asking, ref.id, id);
  const [one] = found === null ? [] : await commentsOf(asking, ref, [found]);
  return one ?? null;
}

async function commentsOf(
  asking: Asking,
  ref: PageRef,
  found: readonly ConfluenceComment[],
): Promise<readonly PageComment[]> {
  const first = await Promise.all(found.map((each) => firstVersion(asking, each)));
  const who = await asking.people.known(
    [...first, ...found.map((each) => each.version)].map(({ authorId }) => authorId),
  );
  return found.map((each, index) => {
    const begun = first[index] ?? each.version;
    const author = who(begun.authorId);
    return {
      ...{ id: each.id, url: commentUrl(asking.site, ref, each), author },
      ...{ body: documentOf(each.body?.storage?.value ?? ''), replyTo: each.parentCommentId ?? null },
      // The words are of whoever wrote them last.
      provenance: provenanceOf(who(each.version.authorId)),
      ...{ createdAt: begun.createdAt, updatedAt: each.version.createdAt },
    };
  });
}

export const commentUrl = (site: string, ref: PageRef, { id, _links }: ConfluenceComment): string =>
  _links?.webui === undefined ? `${ref.url}?focusedCommentId=${encodeURIComponent(id)}` : wikiUrl(site, _links.webui);

/** Of a comment only the newest version is told; whose it is says the first one. */
async function firstVersion({ reads }: Asking, each: ConfluenceComment): Promise<Version> {
  if (each.version.number === 1) return each.version;
  const query = { sort: 'modified-date', limit: '1' };
  const found = await reads.get({
    path: [...v2, 'footer-comments', each.id, 'versions'],
    query,
    answer: some(version),
  });
  return found?.results[0] ?? each.version;
}
