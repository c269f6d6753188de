import type { Mark } from '#shared/tools/index.ts';
import { type ConfluencePage, nothing, page } from './answers.ts';
import { markMessage } from './mark.ts';
import { rawPage } from './pages.ts';
import { assertComesTo, assertMove, assertOpen, assertPlace, assertTrash, pageIn, rootOf } from './precondition.ts';
import { v1, v2 } from './product.ts';
import { isAt, parentOf } from './spots.ts';
import { sentOf } from './text.ts';
import type { Of, Perform, Writing } from './writing.ts';
import { differencesFrom, notReadBack, writtenPage } from './written.ts';

/**
 * Each of these reads what the write expects, throws `NotDone` where it is not so, and answers with what carries it out.
 * Where an answer says nothing of the page, it proves nothing by itself: what is read right after it does.
 */

export async function creating({ reads, send, site }: Writing, { place, title, body }: Of<'create'>): Promise<Perform> {
  const parentId = parentOf(place);
  const sent = {
    ...{ spaceId: place.namespace.id, status: 'current', title, body: sentOf(body) },
    ...(parentId !== null && { parentId }),
  };
  await assertPlace(reads, place);
  return async () => {
    // Without it, a page without a parent comes under the home page.
    const query: Record<string, string> = parentId === null ? { 'root-level': 'true' } : {};
    const made = await send({ method: 'POST', path: [...v2, 'pages'], query, body: sent, answer: page });
    const now = (await rawPage({ reads }, made.id).catch(notReadBack)) ?? notReadBack('it is gone');
    const differs = [...differencesFrom(now, { title, body }), ...(isAt(now, place) ? [] : ['place'])];
    return { ...writtenPage(site, now), differs };
  };
}

export async function updating(
  { reads, send, site, target }: Writing,
  wanted: Of<'update'>,
  mark: Mark,
): Promise<Perform> {
  const { page: ref, revision } = wanted;
  const sent = wanted.body && sentOf(wanted.body);
  const [before] = await Promise.all([
    pageIn(reads, target, { id: ref.id, revision }),
    assertOpen(reads, target.namespaceId),
  ]);
  const title = wanted.title ?? before.title;
  const request = putOf(before, mark, { title, body: sent ?? nativeOf(before) });
  return async () => {
    const put = await send({ ...request, answer: page });
    const now = (await rawPage({ reads }, ref.id).catch(notReadBack)) ?? notReadBack('it is gone');
    // Somebody may have written on it since: then what was answered counts.
    const isOurs = now.version.number === put.version.number;
    const differs = isOurs ? differencesFrom(now, { title, ...(wanted.body && { body: wanted.body }) }) : [];
    return { ...writtenPage(site, now), revision: String(put.version.number), differs };
  };
}

const nativeOf = ({ body }: ConfluencePage) =>
  ({ representation: 'storage', value: body?.storage?.value ?? '' }) as const;

/** The next version of a page: Confluence refuses it where the page has another one by then. */
function putOf(
  { id, version }: ConfluencePage,
  mark: Mark,
  { title, body }: { readonly title: string; readonly body: ReturnType<typeof sentOf> },
) {
  const next = { number: version.number + 1, message: markMessage(mark) };
  return {
    method: 'PUT',
    path: [...v2, 'pages', id],
    body: { id, status: 'current', title, body, version: next },
  } as const;
}

export async function moving({ reads, send, site, target }: Writing, wanted: Of<'move'>): Promise<Perform> {
  const { page: ref, from, to } = wanted;
  await assertMove(reads, target, wanted);
  const parent = parentOf(to);
  // At the top of a space a page can only come beside another one.
  const beside = parent === null ? ['after', await rootOf(reads, to.namespace.id, ref.id)] : ['append', parent];
  return async () => {
    await send({ method: 'PUT', path: [...v1, 'content', ref.id, 'move', ...beside], answer: nothing });
    const now = (await rawPage({ reads }, ref.id).catch(notReadBack)) ?? notReadBack('it is gone');
    if (isAt(now, to)) return { ...writtenPage(site, now), differs: [] };
    return isAt(now, from) ? notReadBack('it is where it was') : { ...writtenPage(site, now), differs: ['place'] };
  };
}

export async function trashing({ reads, send, site, target }: Writing, wanted: Of<'trash'>): Promise<Perform> {
  await assertTrash(reads, target, wanted);
  return async () => {
    await send({ method: 'DELETE', path: [...v2, 'pages', wanted.page.id], answer: nothing });
    const now = (await rawPage({ reads }, wanted.page.id).catch(notReadBack)) ?? notReadBack('it is gone');
    return now.status === 'trashed'
      ? { ...writtenPage(site, now), differs: [] }
      : notReadBack('it is not in the trash');
  };
}

/** Confluence changes nothing else of a page that comes out of the trash, whatever is sent with it. */
export async function untrashing(
  { reads, send, site, target }: Writing,
  wanted: Of<'untrash'>,
  mark: Mark,
): Promise<Perform> {
  const { page: ref, place } = wanted;
  const [before] = await Promise.all([pageIn(reads, target, { id: ref.id, trashed: true }), assertPlace(reads, place)]);
  await assertComesTo(reads, before, place);
  const request = putOf(before, mark, { title: before.title, body: nativeOf(before) });
  return async () => {
    await send({ ...request, answer: nothing });
    const now = (await rawPage({ reads }, ref.id).catch(notReadBack)) ?? notReadBack('it is gone');
    if (now.status === 'trashed') return notReadBack('it is still in the trash');
    return { ...writtenPage(site, now), differs: isAt(now, place) ? [] : ['place'] };
  };
}
