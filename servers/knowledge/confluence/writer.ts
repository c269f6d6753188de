import { sameStorage } from '#capabilities/knowledge/storage/same.ts';
import type { KnowledgeTarget, PageDocument } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';
import { AppError } from '#shared/errors.ts';
import { type Mark, NotDone } from '#shared/tools/index.ts';
import { type ConfluencePage, comment as commentAnswer, nothing, page } from './answers.ts';
import { confluenceBackend } from './backend.ts';
import { commentUrl, rawComment } from './comments.ts';
import { beforeWrite, inDoubt, notDone, writeError } from './errors.ts';
import { markMessage } from './mark.ts';
import { rawPage } from './pages.ts';
import {
  assertComesTo,
  assertMove,
  assertOpen,
  assertPlace,
  assertTrash,
  commentIn,
  pageIn,
  refused,
  rootOf,
  stale,
} from './precondition.ts';
import { v1, v2 } from './product.ts';
import { wikiUrl } from './spaces.ts';
import { isAt, parentOf } from './spots.ts';
import { sentOf } from './text.ts';

/** What a writer has: reads and writes go with the one token that can write. */
type Writing = { readonly reads: Reads; readonly send: Send; readonly site: string; readonly target: KnowledgeTarget };

type Of<K extends KnowledgeWrite['kind']> = KnowledgeWrite & { readonly kind: K };

/** Sends, and reads back what was written. */
type Perform = () => Promise<Written>;

/** Writes to one page of Confluence, or makes one in one space. Each write is one request that changes something. */
export function confluenceWriter(writing: Writing): {
  readonly write: (wanted: KnowledgeWrite, mark: Mark) => Promise<Written>;
} {
  const send: Send = (request) =>
    writing.send(request).catch((error: unknown) => {
      throw writeError(error);
    });
  return {
    write: async (wanted, mark) => {
      const perform = await expecting({ ...writing, send }, wanted, mark).catch((error: unknown) => {
        throw error instanceof RangeError ? notDone('refused', error) : beforeWrite(error);
      });
      return perform();
    },
  };
}

/** Throws for a text or title that is longer than Confluence is sent. */
function assertFits(wanted: KnowledgeWrite): void {
  const { maxText, maxComment, maxTitle } = confluenceBackend;
  const isComment = wanted.kind === 'comment' || wanted.kind === 'edit_comment';
  const text = 'body' in wanted ? (wanted.body?.text ?? '') : '';
  const title = 'title' in wanted ? (wanted.title ?? '') : '';
  if (text.length > (isComment ? maxComment : maxText) || title.length > maxTitle) throw refused('it is too long');
}

/** Reads what the write expects, and throws `NotDone` where it is not so. */
async function expecting(writing: Writing, wanted: KnowledgeWrite, mark: Mark): Promise<Perform> {
  assertFits(wanted);
  switch (wanted.kind) {
    case 'create':
      return creating(writing, wanted);
    case 'update':
      return updating(writing, wanted, mark);
    case 'move':
      return moving(writing, wanted);
    case 'trash':
      return trashing(writing, wanted);
    case 'untrash':
      return untrashing(writing, wanted, mark);
    case 'comment':
      return commenting(writing, wanted);
    case 'edit_comment':
      return rewording(writing, wanted, mark);
    default:
      throw refused('Confluence holds nothing in quarantine, and does not bring spaces back');
  }
}

async function creating({ reads, send, site }: Writing, { place, title, body }: Of<'create'>): Promise<Perform> {
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

async function updating({ reads, send, site, target }: Writing, wanted: Of<'update'>, mark: Mark): Promise<Perform> {
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

async function moving({ reads, send, site, target }: Writing, wanted: Of<'move'>): Promise<Perform> {
  const { page: ref, to } = wanted;
  await assertMove(reads, target, wanted);
  const parent = parentOf(to);
  // At the top of a space a page can only come beside another one.
  const beside = parent === null ? ['after', await rootOf(reads, to.namespace.id, ref.id)] : ['append', parent];
  return async () => {
    await send({ method: 'PUT', path: [...v1, 'content', ref.id, 'move', ...beside], answer: nothing });
    const now = (await rawPage({ reads }, ref.id).catch(notReadBack)) ?? notReadBack('it is gone');
    return { ...writtenPage(site, now), differs: isAt(now, to) ? [] : ['place'] };
  };
}

async function trashing({ reads, send, site, target }: Writing, wanted: Of<'trash'>): Promise<Perform> {
  await assertTrash(reads, target, wanted);
  return async () => {
    await send({ method: 'DELETE', path: [...v2, 'pages', wanted.page.id], answer: nothing });
    const now = (await rawPage({ reads }, wanted.page.id).catch(notReadBack)) ?? notReadBack('it is gone');
    return { ...writtenPage(site, now), differs: now.status === 'trashed' ? [] : ['trash'] };
  };
}

/** Confluence changes nothing else of a page that comes out of the trash, whatever is sent with it. */
async function untrashing({ reads, send, site, target }: Writing, wanted: Of<'untrash'>, mark: Mark): Promise<Perform> {
  const { page: ref, place } = wanted;
  const [before] = await Promise.all([pageIn(reads, target, { id: ref.id, trashed: true }), assertPlace(reads, place)]);
  await assertComesTo(reads, before, place);
  const request = putOf(before, mark, { title: before.title, body: nativeOf(before) });
  return async () => {
    await send({ ...request, answer: nothing });
    const now = (await rawPage({ reads }, ref.id).catch(notReadBack)) ?? notReadBack('it is gone');
    const differs = [...(now.status === 'current' ? [] : ['trash']), ...(isAt(now, place) ? [] : ['place'])];
    return { ...writtenPage(site, now), differs };
  };
}

async function commenting({ reads, send, site, target }: Writing, wanted: Of<'comment'>): Promise<Perform> {
  const { page: ref, body, replyTo } = wanted;
  const sent = sentOf(body);
  const [, answered] = await Promise.all([
    pageIn(reads, target, { id: ref.id }),
    replyTo === null ? null : rawComment({ reads }, ref.id, replyTo),
  ]);
  if (replyTo !== null && answered === null) throw stale('what it answers is gone');
  const to = replyTo === null ? { pageId: ref.id } : { parentCommentId: replyTo };
  return async () => {
    const path = [...v2, 'footer-comments'];
    const { id } = await send({ method: 'POST', path, body: { ...to, body: sent }, answer: commentAnswer });
    const now = (await rawComment({ reads }, ref.id, id).catch(notReadBack)) ?? notReadBack('it is gone');
    const differs = sameBody(now.body?.storage?.value, body) ? [] : ['body'];
    return { id, url: commentUrl(site, ref, now), revision: null, differs };
  };
}

async function rewording({ reads, send, target }: Writing, wanted: Of<'edit_comment'>, mark: Mark): Promise<Perform> {
  const { body, page: ref, comment } = wanted;
  const sent = sentOf(body);
  const before = await commentIn(reads, target, wanted);
  const version = { number: before.version.number + 1, message: markMessage(mark) };
  return async () => {
    const path = [...v2, 'footer-comments', comment.id];
    await send({ method: 'PUT', path, body: { version, body: sent }, answer: nothing });
    const now = (await rawComment({ reads }, ref.id, comment.id).catch(notReadBack)) ?? notReadBack('it is gone');
    return {
      id: comment.id,
      url: comment.url,
      revision: null,
      differs: sameBody(now.body?.storage?.value, body) ? [] : ['body'],
    };
  };
}

export const writtenPage = (site: string, { id, version, _links }: ConfluencePage): Omit<Written, 'differs'> => ({
  ...{ id, revision: String(version.number) },
  url: wikiUrl(site, _links?.webui ?? `/pages/viewpage.action?pageId=${id}`),
});

/** What of a page is not as it was written. */
export function differencesFrom(
  now: ConfluencePage,
  { title, body }: { readonly title: string; readonly body?: PageDocument },
): readonly string[] {
  const isSame = body === undefined || sameBody(now.body?.storage?.value, body);
  return [...(now.title === title ? [] : ['title']), ...(isSame ? [] : ['body'])];
}

/** Whether a text is the one that was written; one that cannot be read is another. */
export function sameBody(native: string | undefined, document: PageDocument): boolean {
  if (document.format !== 'storage') return false;
  try {
    return sameStorage(native ?? '', document.native);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** It was done, but not how it looks now: it is looked for once more. */
function notReadBack(cause: unknown): never {
  throw cause instanceof NotDone ? cause : inDoubt(cause);
}
