import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { mayBeOf } from '#shared/server/doubt.ts';
import type { Landed, Mark } from '#shared/tools/index.ts';
import { type ConfluenceComment, page, some, version } from './answers.ts';
import type { Asking } from './asking.ts';
import { answersTo, commentUrl, rawComment, rootComments } from './comments.ts';
import { rawVersion } from './history.ts';
import { markMessage } from './mark.ts';
import { rawPage } from './pages.ts';
import { v2 } from './product.ts';
import { isAt } from './spots.ts';
import type { Of } from './writing.ts';
import { differencesFrom, sameBody, writtenPage } from './written.ts';

/**
 * Whether a write took effect. A version carries our mark as its message; a new page and a new comment can carry none in
 * the request that makes them, and are told by our account, the time, the place and the exact content.
 */
export async function looksLanded(asking: Asking, wanted: KnowledgeWrite, mark: Mark): Promise<Landed> {
  switch (wanted.kind) {
    case 'create':
      return created(asking, wanted, mark);
    case 'update':
      return updated(asking, wanted, mark);
    case 'move':
      return moved(asking, wanted);
    case 'trash':
    case 'untrash':
      return binned(asking, wanted);
    case 'comment':
      return commented(asking, wanted, mark);
    case 'edit_comment':
      return reworded(asking, wanted, mark);
    default:
      // The writer refuses these.
      return 'not_found';
  }
}

const titled = some(page);

/** A title is given once in a space: a page with it is ours or somebody's who was there first. */
async function created(asking: Asking, { place, title, body }: Of<'create'>, mark: Mark): Promise<Landed> {
  const query = { title, status: 'current,archived', limit: '10' };
  const path = [...v2, 'spaces', place.namespace.id, 'pages'];
  const [list, self] = await Promise.all([asking.reads.get({ path, query, answer: titled }), asking.people.self()]);
  const named = list?.results.find((each) => each.title === title && each.authorId === self.id);
  if (named === undefined || !mayBeOf(mark, named.createdAt)) return 'not_found';
  const first = await rawVersion(asking, named.id, '1');
  const isIt =
    first !== null && first.title === title && sameBody(first.body?.storage?.value, body) && isAt(named, place);
  return isIt ? { landed: { ...writtenPage(asking.site, named), revision: '1', differs: [] } } : 'unclear';
}

/**
 * The version after the one that is expected is ours or another's, and no second one can have its number: so another's is
 * proof that ours was refused.
 */
async function updated(asking: Asking, { page: ref, revision, ...text }: Of<'update'>, mark: Mark): Promise<Landed> {
  const next = String(Number(revision) + 1);
  const [then, now, self] = await Promise.all([
    rawVersion(asking, ref.id, next),
    rawPage(asking, ref.id),
    asking.people.self(),
  ]);
  if (now === null) return 'unclear';
  if (then === null) return String(now.version.number) === revision ? 'not_found' : 'unclear';
  if (then.version.authorId !== self.id || then.version.message !== markMessage(mark)) return 'not_found';
  const title = text.title ?? then.title;
  const differs = differencesFrom(then, { title, ...(text.body && { body: text.body }) });
  return { landed: { ...writtenPage(asking.site, now), revision: next, differs: [...differs] } };
}

/** Confluence keeps no record of moves: where the page is tells. */
async function moved(asking: Asking, { page: ref, from, to }: Of<'move'>): Promise<Landed> {
  const now = await rawPage(asking, ref.id);
  if (now === null) return 'unclear';
  if (isAt(now, to)) return { landed: { ...writtenPage(asking.site, now), differs: [] } };
  return isAt(now, from) ? 'not_found' : 'unclear';
}

/** Nor of the trash. */
async function binned(asking: Asking, { kind, page: ref }: Of<'trash' | 'untrash'>): Promise<Landed> {
  const now = await rawPage(asking, ref.id);
  if (now === null || now.status === 'archived') return 'unclear';
  const isDone = (now.status === 'trashed') === (kind === 'trash');
  return isDone ? { landed: { ...writtenPage(asking.site, now), differs: [] } } : 'not_found';
}

/** So many of the newest conversations are looked at. */
const newest = 25;

async function commented(asking: Asking, wanted: Of<'comment'>, mark: Mark): Promise<Landed> {
  const { page: ref, body, replyTo } = wanted;
  const [self, found] = await Promise.all([
    asking.people.self(),
    replyTo === null ? newestRoots(asking, ref.id) : answersTo(asking, replyTo),
  ]);
  const ours = found.filter(({ version: { authorId, createdAt } }) => authorId === self.id && mayBeOf(mark, createdAt));
  const [one, ...others] = ours.filter((each) => sameBody(each.body?.storage?.value, body));
  if (one === undefined) return 'not_found';
  if (others.length > 0) return 'unclear';
  return { landed: { id: one.id, url: commentUrl(asking.site, ref, one), revision: null, differs: [] } };
}

async function newestRoots(asking: Asking, pageId: string): Promise<readonly ConfluenceComment[]> {
  return (await rootComments(asking, pageId, { limit: newest }))?.results ?? [];
}

async function reworded(asking: Asking, wanted: Of<'edit_comment'>, mark: Mark): Promise<Landed> {
  const { page: ref, comment, expect, body } = wanted;
  const [now, self] = await Promise.all([rawComment(asking, ref.id, comment.id), asking.people.self()]);
  if (now === null) return 'unclear';
  const path = [...v2, 'footer-comments', comment.id, 'versions'];
  const query = { sort: '-modified-date', limit: '25' };
  const versions = (await asking.reads.get({ path, query, answer: some(version) }))?.results ?? [];
  const isOurs = versions.some(({ authorId, message }) => authorId === self.id && message === markMessage(mark));
  const says = now.body?.storage?.value;
  if (isOurs)
    return sameBody(says, body)
      ? { landed: { id: comment.id, url: comment.url, revision: null, differs: [] } }
      : 'unclear';
  return sameBody(says, expect) ? 'not_found' : 'unclear';
}
