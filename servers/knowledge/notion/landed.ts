import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { mayBeOf } from '#shared/server/doubt.ts';
import type { Landed, Mark } from '#shared/tools/index.ts';
import type { Asking } from './asking.ts';
import { childPages } from './children.ts';
import { bodyOf, commentUrl, rawComments } from './comments.ts';
import { rawPage, rawText, revisionId } from './pages.ts';
import { isAt, parentOf } from './precondition.ts';
import { differencesFrom, saysSame, writtenPage } from './writer.ts';

type Of<K extends KnowledgeWrite['kind']> = KnowledgeWrite & { readonly kind: K };

/**
 * Whether a write took effect. Notion keeps no mark of ours: a write is told by our account, the time, the place and the
 * exact content, and what these do not prove is unclear.
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
      return reworded(asking, wanted);
    default:
      // The writer refuses these.
      return 'not_found';
  }
}

/** Pages of the same title at the same place: one that is ours by all signs, none, or nobody knows. */
async function created(asking: Asking, { place, title, body }: Of<'create'>, mark: Mark): Promise<Landed> {
  const [self, under] = await Promise.all([asking.people.self(), childPages(asking.reads, parentOf(place))]);
  const named = under.filter(
    ({ child_page, created_time = '' }) => child_page?.title === title && mayBeOf(mark, created_time),
  );
  const pages = await Promise.all(named.map(({ id }) => rawPage(asking.reads, id)));
  const [ours, ...others] = pages.filter((each) => each !== null && each.created_by?.id === self.id);
  if (ours === undefined || ours === null) return 'not_found';
  if (others.length > 0) return 'unclear';
  const text = await rawText(asking.reads, ours.id);
  const differs = differencesFrom(ours, text, { title, body });
  return differs.length === 0 ? { landed: { ...writtenPage(ours, text), differs: [] } } : 'unclear';
}

async function updated(asking: Asking, { page: ref, revision, ...wanted }: Of<'update'>, mark: Mark): Promise<Landed> {
  const [now, text, self] = await Promise.all([
    rawPage(asking.reads, ref.id),
    rawText(asking.reads, ref.id),
    asking.people.self(),
  ]);
  if (now === null || now.in_trash) return 'unclear';
  // Where somebody edited it since, they may have put back what ours had changed.
  if (revisionId(now, text) === revision) return mayBeOf(mark, now.last_edited_time) ? 'unclear' : 'not_found';
  const isOurs = now.last_edited_by?.id === self.id && mayBeOf(mark, now.last_edited_time);
  const title = wanted.title ?? now.title;
  const differs = differencesFrom(now, text, { title, ...(wanted.body && { body: wanted.body }) });
  return isOurs && differs.length === 0 ? { landed: { ...writtenPage(now, text), differs: [] } } : 'unclear';
}

/** Notion keeps no record of moves: where the page is tells. */
async function moved(asking: Asking, { page: ref, from, to }: Of<'move'>): Promise<Landed> {
  const now = await rawPage(asking.reads, ref.id);
  const spot = now && (await asking.namespaces.locate(now));
  if (now === null) return 'unclear';
  if (isAt(spot, to)) return { landed: { ...writtenPage(now, await rawText(asking.reads, ref.id)), differs: [] } };
  return isAt(spot, from) ? 'not_found' : 'unclear';
}

/** Nor of the trash. */
async function binned(asking: Asking, { kind, page: ref }: Of<'trash' | 'untrash'>): Promise<Landed> {
  const now = await rawPage(asking.reads, ref.id);
  if (now === null) return 'unclear';
  if (now.in_trash !== (kind === 'trash')) return 'not_found';
  return { landed: { ...writtenPage(now, await rawText(asking.reads, ref.id)), differs: [] } };
}

async function commented(asking: Asking, { page: ref, body, replyTo }: Of<'comment'>, mark: Mark): Promise<Landed> {
  const [self, all] = await Promise.all([asking.people.self(), rawComments(asking.reads, ref.id)]);
  const discussion = all.find(({ id }) => id === replyTo)?.discussion_id;
  const isFirst = (id: string, of: string): boolean => all.find((each) => each.discussion_id === of)?.id === id;
  const [one, ...others] = all.filter(
    ({ id, created_by, created_time, discussion_id, ...each }) =>
      created_by?.id === self.id &&
      mayBeOf(mark, created_time) &&
      (replyTo === null ? isFirst(id, discussion_id) : discussion_id === discussion) &&
      saysSame(bodyOf({ id, created_by, created_time, discussion_id, ...each }), body),
  );
  if (one === undefined) return replyTo !== null && discussion === undefined ? 'unclear' : 'not_found';
  if (others.length > 0) return 'unclear';
  return { landed: { id: one.id, url: commentUrl(ref, one), revision: null, differs: [] } };
}

async function reworded(asking: Asking, { page: ref, comment, expect, body }: Of<'edit_comment'>): Promise<Landed> {
  const now = (await rawComments(asking.reads, ref.id)).find(({ id }) => id === comment.id);
  if (now === undefined) return 'unclear';
  if (saysSame(bodyOf(now), body)) {
    return { landed: { id: comment.id, url: comment.url, revision: null, differs: [] } };
  }
  return saysSame(bodyOf(now), expect) ? 'not_found' : 'unclear';
}
