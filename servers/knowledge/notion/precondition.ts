import { sameNotion } from '#capabilities/knowledge/notion/notion.ts';
import { steady } from '#capabilities/knowledge/notion/steady.ts';
import type { KnowledgeTarget, Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import type { NotionComment, NotionPage } from './answers.ts';
import type { Asking } from './asking.ts';
import { childPages } from './children.ts';
import { bodyOf, rawComments } from './comments.ts';
import { refused, stale } from './errors.ts';
import type { Spot } from './namespaces.ts';
import { isPageLine, type RawText, rawPage, rawText, revisionId } from './pages.ts';

/**
 * What a write expects is read right before it. Notion takes no precondition but the words that an update replaces: what
 * somebody else changes in another part, moves, trashes or puts under a page between these two requests is not seen.
 */
export type Checking = Pick<Asking, 'reads' | 'namespaces'>;

type Of<K extends KnowledgeWrite['kind']> = KnowledgeWrite & { readonly kind: K };
type Target = Pick<KnowledgeTarget, 'namespaceId'>;
type There = { readonly found: NotionPage; readonly spot: Spot };

/** The page, which is in the permit's namespace still. */
export async function pageIn(
  { reads, namespaces }: Checking,
  { namespaceId }: Target,
  { id, trashed = false }: { readonly id: string; readonly trashed?: boolean },
): Promise<There> {
  const found = await rawPage(reads, id);
  const spot = found && (await namespaces.locate(found));
  if (found === null || spot?.place.namespace.id !== namespaceId) throw stale('it is gone, or in another namespace');
  if (found.in_trash !== trashed) throw stale('it is in the trash, or not any more');
  if (spot.trashed) throw stale('what it is under is in the trash');
  return { found, spot };
}

/** The same with its text, if both are of the version that is expected. */
export async function versionIn(
  checking: Checking,
  target: Target,
  { id, revision }: { readonly id: string; readonly revision: string },
): Promise<There & { readonly text: RawText }> {
  const [there, text] = await Promise.all([pageIn(checking, target, { id }), rawText(checking.reads, id)]);
  if (revisionId(there.found, text) !== revision) throw stale('it has another version');
  return { ...there, text };
}

/** The page right above a place, or the one that its namespace is under. */
export const parentOf = ({ above, namespace }: Place): string => above.at(-1)?.id ?? namespace.id;

/** Whether a page is right under the last of a place, in its namespace. */
export const isAt = (spot: Spot | null, place: Place): boolean =>
  spot !== null && spot.place.namespace.id === place.namespace.id && parentOf(spot.place) === parentOf(place);

/** Throws unless a place is there, in its namespace; answers with what is above it. */
export async function assertPlace({ reads, namespaces }: Checking, place: Place): Promise<readonly string[]> {
  const holder = await rawPage(reads, parentOf(place));
  if (holder === null) throw stale('the page that it comes under is gone');
  if (place.above.length === 0) {
    // The page that a namespace is under is one that the operator names, and in no namespace itself.
    const isRoot = (await namespaces.locate({ id: '', parent: { type: 'page_id', page_id: holder.id } }))?.place;
    if (isRoot?.namespace.id !== holder.id) throw stale('the namespace is gone');
    if (holder.in_trash) throw refused('the namespace is in the trash');
    return [];
  }
  const spot = await namespaces.locate(holder);
  if (spot?.place.namespace.id !== place.namespace.id || holder.in_trash || spot.trashed) {
    throw stale('the page that it comes under is gone, or in another namespace');
  }
  return [...spot.place.above.map(({ id }) => id), holder.id];
}

export async function assertMove(
  checking: Checking,
  target: Target,
  { page: ref, from, to }: Of<'move'>,
): Promise<void> {
  const [{ found, spot }, path] = await Promise.all([pageIn(checking, target, ref), assertPlace(checking, to)]);
  if (!isAt(spot, from)) throw stale('it is under another page');
  // A row of a database has properties that it would lose.
  if (found.parent.type !== 'page_id' && found.parent.type !== 'block_id') throw refused('it is a row of a database');
  if (path.includes(ref.id)) throw stale('the place that it is to come to is under it');
}

export async function assertTrash(checking: Checking, target: Target, wanted: Of<'trash'>): Promise<void> {
  const { page: ref, revision, place } = wanted;
  const [{ spot, text }, under] = await Promise.all([
    versionIn(checking, target, { id: ref.id, revision }),
    childPages(checking.reads, ref.id),
  ]);
  if (!isAt(spot, place)) throw stale('it is under another page');
  if (under.length > 0) throw refused('there are pages under it');
  if (/^\s*<database\b/mu.test(text.native)) throw refused('there is a database in it');
}

/** The comment as it is, which must say what is expected. */
export async function commentIn(
  checking: Checking,
  target: Target,
  wanted: Of<'edit_comment'>,
): Promise<NotionComment> {
  const { page: ref, comment, expect } = wanted;
  const [all] = await Promise.all([rawComments(checking.reads, ref.id), pageIn(checking, target, ref)]);
  const found = all.find(({ id }) => id === comment.id);
  const says = found && bodyOf(found);
  const isIt = says?.format === 'notion' && expect.format === 'notion' && sameNotion(says.native, expect.native);
  if (found === undefined || !isIt) throw stale('the comment is gone, or says something else');
  return found;
}

/** The text that is wanted, as it has to be sent where pages came or went under it, or have other names by now. */
export function rebased(from: string, to: string, now: string): string {
  if (from === now) return to;
  const there = now.split('\n');
  const current = new Map(there.map((line) => [steady(line), line]));
  const known = new Set(from.split('\n').map(steady));
  const added = there.filter((line) => isPageLine(line) && !known.has(steady(line)));
  const carried = (text: string): string => {
    const kept = text.split('\n').filter((line) => !isPageLine(line) || current.has(steady(line)));
    const lines = kept.map((line) => (steady(line) === line ? line : (current.get(steady(line)) ?? line)));
    // New pages come to the end.
    return [...(lines.join('') === '' ? [] : lines), ...added].join('\n');
  };
  if (steady(carried(from)) !== steady(now)) throw stale('it has another text');
  return carried(to);
}
