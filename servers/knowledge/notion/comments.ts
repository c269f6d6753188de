import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { PageComment, PageRef } from '#capabilities/knowledge/types.ts';
import { AppError } from '#shared/errors.ts';
import type { NotionComment } from './answers.ts';
import type { Reads } from './api.ts';
import type { Asking } from './asking.ts';
import { offsetOf, sliceOf } from './cursor.ts';
import { orNull } from './errors.ts';
import { isId } from './ids.ts';
import { documentOf } from './pages.ts';
import { provenanceOf } from './people.ts';
import { nativeOf } from './rich-text.ts';

/** So many hundreds of comments of a page are looked through. */
const mostPages = 30;

/**
 * The comments of a page that are not resolved, the oldest first, as Notion tells them: those on a block of it are not
 * among them. Throws AppError `unsupported` where there are more than are looked through.
 */
export async function rawComments(reads: Reads, pageId: string): Promise<readonly NotionComment[]> {
  if (!isId(pageId)) return [];
  const all: NotionComment[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const found: Awaited<ReturnType<Reads['comments']>> | null = await orNull(reads.comments(pageId, cursor));
    all.push(...(found?.results ?? []).filter(({ parent }) => parent.page_id === pageId));
    cursor = found?.next_cursor ?? null;
    if (cursor === null) return all;
  }
  throw new AppError('unsupported', 'The page has more comments than are looked through.');
}

/** The newest first. */
export async function readComments(asking: Asking, ref: PageRef, request: PageRequest): Promise<Page<PageComment>> {
  const offset = offsetOf(request);
  const all = await rawComments(asking.reads, ref.id);
  const { items, cursor } = sliceOf(all.toReversed(), offset, request.limit);
  return { items: await commentsOf(asking, ref, items, all), cursor };
}

export async function readComment(asking: Asking, ref: PageRef, id: string): Promise<PageComment | null> {
  if (!isId(id)) return null;
  const all = await rawComments(asking.reads, ref.id);
  const [one] = await commentsOf(
    asking,
    ref,
    all.filter((each) => each.id === id),
    all,
  );
  return one ?? null;
}

async function commentsOf(
  { people }: Asking,
  ref: PageRef,
  some: readonly NotionComment[],
  all: readonly NotionComment[],
): Promise<readonly PageComment[]> {
  const who = await people.known(some.map(({ created_by }) => created_by?.id));
  return some.map((each) => {
    const author = who(each.created_by?.id);
    const begun = all.find(({ discussion_id }) => discussion_id === each.discussion_id);
    return {
      ...{ id: each.id, url: commentUrl(ref, each), author, body: bodyOf(each) },
      replyTo: begun === undefined || begun.id === each.id ? null : begun.id,
      provenance: provenanceOf(author),
      ...{ createdAt: each.created_time, updatedAt: each.last_edited_time },
    };
  });
}

export const bodyOf = ({ rich_text }: NotionComment) => documentOf({ native: nativeOf(rich_text), whole: true });

export const commentUrl = ({ url }: PageRef, { discussion_id }: NotionComment): string =>
  `${url}?d=${discussion_id.replaceAll('-', '')}`;
