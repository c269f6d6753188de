import { sameNotion } from '#capabilities/knowledge/notion/notion.ts';
import type { KnowledgeTarget, PageDocument } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import type { NotionPage } from './answers.ts';
import type { Writes } from './api.ts';
import type { Asking } from './asking.ts';
import { notionBackend } from './backend.ts';
import { bodyOf, commentUrl, rawComments } from './comments.ts';
import { beforeWrite, inDoubt, refused, stale, writeError } from './errors.ts';
import { documentOf, type RawText, rawPage, rawText, revisionId, withoutPages } from './pages.ts';
import {
  assertMove,
  assertPlace,
  assertTrash,
  type Checking,
  commentIn,
  isAt,
  pageIn,
  parentOf,
  rebased,
  versionIn,
} from './precondition.ts';
import { sentText } from './rich-text.ts';
import { textChange } from './updates.ts';

/** What a writer has. */
type Writing = Pick<Asking, 'reads' | 'namespaces'> & { readonly writes: Writes; readonly target: KnowledgeTarget };

type Of<K extends KnowledgeWrite['kind']> = KnowledgeWrite & { readonly kind: K };

/** Sends, and reads back what was written. */
type Perform = () => Promise<Written>;

/** Writes to one page of Notion, or makes one in one namespace. */
export function notionWriter(writing: Writing): { readonly write: (wanted: KnowledgeWrite) => Promise<Written> } {
  return {
    write: async (wanted) => {
      const perform = await expecting(writing, wanted).catch((error: unknown) => {
        throw beforeWrite(error);
      });
      return perform();
    },
  };
}

/** Reads what the write expects, and throws `NotDone` where it is not so. */
async function expecting(writing: Writing, wanted: KnowledgeWrite): Promise<Perform> {
  assertFits(wanted);
  switch (wanted.kind) {
    case 'create':
      return creating(writing, wanted);
    case 'update':
      return updating(writing, wanted);
    case 'move':
      return moving(writing, wanted);
    case 'trash':
      return trashing(writing, wanted);
    case 'untrash':
      return untrashing(writing, wanted);
    case 'comment':
      return commenting(writing, wanted);
    case 'edit_comment':
      return rewording(writing, wanted);
    default:
      throw refused('Notion holds nothing in quarantine, and does not tell what a namespace was');
  }
}

/** Throws for a text or title that is longer than Notion is sent. */
function assertFits(wanted: KnowledgeWrite): void {
  const { maxText, maxComment, maxTitle } = notionBackend;
  const isComment = wanted.kind === 'comment' || wanted.kind === 'edit_comment';
  const body = 'body' in wanted ? wanted.body : undefined;
  const title = 'title' in wanted ? (wanted.title ?? '') : '';
  // What is sent is longer than its text by the signs that keep words from being anything else.
  const longest = Math.max(body?.text.length ?? 0, (body === undefined ? 0 : nativeOf(body).length) / 2);
  if (longest > (isComment ? maxComment : maxText) || title.length > maxTitle) throw refused('it is too long');
}

/** The form in which a text is sent. */
function nativeOf(document: PageDocument): string {
  if (document.format !== 'notion') throw refused('a text for Notion has to be in its own format');
  return document.native;
}

/** Sends what changes something. A failure that proves that nothing was done says so. */
async function sent<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw writeError(error);
  }
}

async function creating(writing: Writing, { place, title, body }: Of<'create'>): Promise<Perform> {
  const native = nativeOf(body);
  await assertPlace(writing, place);
  return async () => {
    const made = await sent(writing.writes.create(parentOf(place), title, native));
    return readBack(writing, made.id, async (now, text) => [
      ...differencesFrom(now, text, { title, body }),
      ...(isAt(await writing.namespaces.locate(now), place) ? [] : ['place']),
    ]);
  };
}

/** The text first, which Notion refuses where its words are others by then, and then the title, which it does not. */
async function updating(writing: Writing, wanted: Of<'update'>): Promise<Perform> {
  const { page: ref, revision, from, title, body } = wanted;
  const { found, text } = await versionIn(writing, writing.target, { id: ref.id, revision });
  if (body !== undefined && !text.whole) throw refused('the page is too long for its text to be written');
  const target = body && rebased(nativeOf(from.body), nativeOf(body), text.native);
  const change = textChange(text.native, target ?? text.native);
  const isTitled = title !== undefined && title !== found.title;
  return async () => {
    if (change.kind === 'append') await sent(writing.writes.append(ref.id, change.text));
    if (change.kind === 'update') await updated(writing, ref.id, change.updates, text.native);
    if (isTitled) {
      await sent(writing.writes.title(ref.id, title)).catch((error: unknown) => {
        throw change.kind === 'none' ? error : inDoubt(error);
      });
    }
    return readBack(writing, ref.id, async (now, read) =>
      differencesFrom(now, read, { title: title ?? found.title, ...(body && { body }) }),
    );
  };
}

/** Notion refuses with the same words a part that is not there and one that it does not take: what is there now tells. */
async function updated(
  { reads, writes }: Writing,
  id: string,
  updates: Parameters<Writes['update']>[1],
  was: string,
): Promise<void> {
  try {
    await sent(writes.update(id, updates));
  } catch (error) {
    if (!(error instanceof NotDone) || error.kind !== 'refused') throw error;
    const now = await rawText(reads, id).catch(() => null);
    throw now !== null && now.native !== was ? stale('it has another text') : error;
  }
}

async function moving(writing: Writing, wanted: Of<'move'>): Promise<Perform> {
  const { page: ref, to } = wanted;
  await assertMove(writing, writing.target, wanted);
  return async () => {
    await sent(writing.writes.move(ref.id, parentOf(to)));
    return readBack(writing, ref.id, async (now) => (isAt(await writing.namespaces.locate(now), to) ? [] : ['place']));
  };
}

async function trashing(writing: Writing, wanted: Of<'trash'>): Promise<Perform> {
  await assertTrash(writing, writing.target, wanted);
  return async () => {
    await sent(writing.writes.trash(wanted.page.id, true));
    return readBack(writing, wanted.page.id, async ({ in_trash }) => (in_trash ? [] : ['trash']));
  };
}

/** It comes out of the trash to where it was: Notion moves nothing with that. */
async function untrashing(writing: Writing, wanted: Of<'untrash'>): Promise<Perform> {
  const { page: ref, place } = wanted;
  const [{ spot }] = await Promise.all([
    pageIn(writing, writing.target, { id: ref.id, trashed: true }),
    assertPlace(writing, place),
  ]);
  if (!isAt(spot, place)) throw refused('it would come to another place');
  return async () => {
    await sent(writing.writes.trash(ref.id, false));
    return readBack(writing, ref.id, async (now) => [
      ...(now.in_trash ? ['trash'] : []),
      ...(isAt(await writing.namespaces.locate(now), place) ? [] : ['place']),
    ]);
  };
}

async function commenting(writing: Writing, { page: ref, body, replyTo }: Of<'comment'>): Promise<Perform> {
  const words = sentText(nativeOf(body));
  const [, all] = await Promise.all([
    pageIn(writing, writing.target, ref),
    replyTo === null ? [] : rawComments(writing.reads, ref.id),
  ]);
  const answered = all.find(({ id }) => id === replyTo);
  if (replyTo !== null && answered === undefined) throw stale('what it answers is gone');
  return async () => {
    const { writes } = writing;
    const made = await sent(answered ? writes.reply(answered.discussion_id, words) : writes.comment(ref.id, words));
    const differs = saysSame(bodyOf(made), body) ? [] : ['body'];
    return { id: made.id, url: commentUrl(ref, made), revision: null, differs };
  };
}

async function rewording(writing: Writing, wanted: Of<'edit_comment'>): Promise<Perform> {
  const { page: ref, comment, body } = wanted;
  const words = sentText(nativeOf(body));
  await commentIn(writing, writing.target, wanted);
  return async () => {
    await sent(writing.writes.reword(comment.id, words));
    const all = await rawComments(writing.reads, ref.id).catch(notReadBack);
    const now = all.find(({ id }) => id === comment.id) ?? notReadBack('it is gone');
    const differs = saysSame(bodyOf(now), body) ? [] : ['body'];
    return { id: comment.id, url: comment.url, revision: null, differs };
  };
}

/** Whether a comment says what was written: its text went through the form that comments have. */
export const saysSame = (now: PageDocument, written: PageDocument): boolean =>
  JSON.stringify(sentText(nativeOf(now))) === JSON.stringify(sentText(nativeOf(written)));

async function readBack(
  { reads }: Checking,
  id: string,
  differences: (now: NotionPage, text: RawText) => Promise<readonly string[]>,
): Promise<Written> {
  try {
    const [now, text] = await Promise.all([rawPage(reads, id), rawText(reads, id)]);
    if (now === null) return notReadBack('it is gone');
    return { ...writtenPage(now, text), differs: await differences(now, text) };
  } catch (error) {
    return notReadBack(error);
  }
}

export const writtenPage = (now: NotionPage, text: RawText): Omit<Written, 'differs'> => ({
  ...{ id: now.id, url: now.url, revision: revisionId(now, text) },
});

/** What of a page is not as it was written. */
export function differencesFrom(
  now: NotionPage,
  text: RawText,
  { title, body }: { readonly title: string; readonly body?: PageDocument },
): readonly string[] {
  return [...(now.title === title ? [] : ['title']), ...(body === undefined || sameBody(text, body) ? [] : ['body'])];
}

/** Whether a text is the one that was written; one that cannot be read is another. */
function sameBody(text: RawText, document: PageDocument): boolean {
  const read = documentOf(text);
  return document.format === 'notion' && read.format === 'notion' && text.whole && isSame(read.native, document.native);
}

function isSame(one: string, other: string): boolean {
  try {
    return sameNotion(withoutPages(one), withoutPages(other));
  } catch {
    return false;
  }
}

/** It was done, but not how it looks now: it is looked for once more. */
function notReadBack(cause: unknown): never {
  throw inDoubt(cause);
}
