import { sameStorage } from '#capabilities/knowledge/storage/same.ts';
import type { KnowledgeTarget, Place } from '#capabilities/knowledge/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { type ConfluencePage, childPage, page, some, space } from './answers.ts';
import { rawComment } from './comments.ts';
import { notDone } from './errors.ts';
import { aboveIds, rawPage } from './pages.ts';
import { v2 } from './product.ts';
import { isAt, parentOf } from './spots.ts';
import type { Of } from './writing.ts';

/**
 * What a write expects is read right before it, with the token that writes. Confluence itself refuses another text for a
 * page or comment that has another version by then; what somebody moves, trashes or puts under a page between these two
 * requests is not seen.
 */
export const stale = (why: string) => notDone('stale', new Error(why));
export const refused = (why: string) => notDone('refused', new Error(why));

type Target = Pick<KnowledgeTarget, 'namespaceId'>;

/** The page, which is in the permit's space still, and of the version that is expected. */
export async function pageIn(
  reads: Reads,
  { namespaceId }: Target,
  { id, revision, trashed = false }: { readonly id: string; readonly revision?: string; readonly trashed?: boolean },
): Promise<ConfluencePage> {
  const found = await rawPage({ reads }, id);
  if (found === null || found.spaceId !== namespaceId) throw stale('it is gone, or in another space');
  if (found.status !== (trashed ? 'trashed' : 'current'))
    throw stale('it is in the trash or archived, or not any more');
  if (revision !== undefined && String(found.version.number) !== revision) throw stale('it has another version');
  return found;
}

/** Throws where nothing can be written to a space. */
export async function assertOpen(reads: Reads, id: string): Promise<void> {
  const found = await reads.get({ path: [...v2, 'spaces', id], answer: space });
  if (found === null) throw stale('the space is gone');
  if (found.status === 'archived') throw refused('the space is archived');
}

/** Throws unless a place is there, in a space to which something can be written. */
export async function assertPlace(reads: Reads, place: Place): Promise<void> {
  const parent = parentOf(place);
  const [holder] = await Promise.all([
    parent === null ? null : rawPage({ reads }, parent),
    assertOpen(reads, place.namespace.id),
  ]);
  if (parent === null) return;
  if (holder === null || holder.spaceId !== place.namespace.id || holder.status !== 'current') {
    throw stale('the page that it comes under is gone, or in another space');
  }
}

export async function assertMove(reads: Reads, target: Target, { page: ref, from, to }: Of<'move'>): Promise<void> {
  const [found] = await Promise.all([pageIn(reads, target, ref), assertPlace(reads, to)]);
  if (!isAt(found, from)) throw stale('it is under another page');
  const parent = parentOf(to);
  if (parent === null) return;
  if (parent === ref.id || (await aboveIds({ reads }, parent)).includes(ref.id)) {
    throw refused('a page cannot come under itself');
  }
}

export async function assertTrash(
  reads: Reads,
  target: Target,
  { page: ref, revision, place }: Of<'trash'>,
): Promise<void> {
  const under = [...v2, 'pages', ref.id, 'children'];
  const [found, children] = await Promise.all([
    pageIn(reads, target, { id: ref.id, revision }),
    reads.get({ path: under, query: { limit: '1' }, answer: some(childPage) }),
  ]);
  if (!isAt(found, place)) throw stale('it is under another page');
  if ((children?.results.length ?? 0) > 0) throw refused('there are pages under it');
}

/**
 * A page comes out of the trash to where it was, if what it was under is still there; where else it comes to, Confluence
 * decides.
 */
export async function assertComesTo(reads: Reads, { parentId }: ConfluencePage, place: Place): Promise<void> {
  if (!parentId || parentId === parentOf(place)) return;
  const holder = await rawPage({ reads }, parentId);
  if (holder?.status === 'current') throw refused('it would come to another place');
}

/** The comment as it is, which must say what is expected. */
export async function commentIn(reads: Reads, target: Target, { page: ref, comment, expect }: Of<'edit_comment'>) {
  const [found] = await Promise.all([rawComment({ reads }, ref.id, comment.id), pageIn(reads, target, { id: ref.id })]);
  const says = found?.body?.storage?.value ?? '';
  const isIt = found !== null && expect.format === 'storage' && sameStorage(says, expect.native);
  if (!isIt) throw stale('the comment is gone, or says something else');
  return found;
}

/** Some page at the top of a space, beside which another one can come. */
export async function rootOf(reads: Reads, spaceId: string, except: string): Promise<string> {
  const query = { depth: 'root', status: 'current', limit: '2' };
  const found = await reads.get({ path: [...v2, 'spaces', spaceId, 'pages'], query, answer: some(page) });
  const one = found?.results.find(({ id }) => id !== except);
  if (one === undefined) throw refused('there is no page at the top of the space');
  return one.id;
}
