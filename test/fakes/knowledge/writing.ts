import type { Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, KnowledgeWriter, PageBack, Written } from '#capabilities/knowledge-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import { acceptComment, commentOn, rewordComment } from './commenting.ts';
import type { FakeKnowledge } from './place.ts';
import { accept, unaccept } from './quarantine.ts';
import { type KeptPage, last, namespaceOf, published, publishedOf, seenBy, trashed, under } from './store.ts';
import {
  appliedKey,
  assertOpen,
  current,
  provenanceOf,
  refused,
  stale,
  viewerOf,
  type Wanted,
  type Writing,
  waitsFor,
  writtenPage,
} from './write-parts.ts';

/** Writes to the place as the account of the server, under the preconditions of the port; `fault` goes wrong once. */
export function fakeWriter(place: FakeKnowledge): KnowledgeWriter {
  return {
    write: async (wanted, mark, origin) => {
      place.writes.push(wanted.kind);
      place.inBetween?.();
      place.inBetween = null;
      const { fault } = place;
      place.fault = null;
      if (fault === 'refused' || fault === 'unavailable') throw new NotDone(fault, 'The place does not take it.');
      if (fault === 'request_lost') throw new Error('the connection ended');
      const key = appliedKey(wanted, mark);
      const known = place.backend.once ? place.applied.get(key) : undefined;
      const written = known ?? carryOut({ place, mark, origin }, wanted);
      place.applied.set(key, written);
      if (fault === 'answer_lost') throw new Error('the connection ended');
      return written;
    },
  };
}

function carryOut(at: Writing, wanted: KnowledgeWrite): Written {
  assertFits(at, wanted);
  switch (wanted.kind) {
    case 'create':
      return create(at, wanted);
    case 'update':
      return update(at, wanted);
    case 'move':
      return move(at, wanted);
    case 'trash':
      return trash(at, wanted);
    case 'untrash':
      return untrash(at, wanted);
    case 'comment':
      return commentOn(at, wanted);
    case 'edit_comment':
      return rewordComment(at, wanted);
    case 'accept':
      return accept(at, wanted);
    case 'unaccept':
      return unaccept(at, wanted);
    case 'accept_comment':
    case 'unaccept_comment':
      return acceptComment(at, wanted);
    case 'bring_back':
      return bringBack(at, wanted);
  }
}

function assertFits({ place }: Writing, wanted: KnowledgeWrite): void {
  const { maxText, maxComment, maxTitle } = place.backend;
  const isComment = wanted.kind === 'comment' || wanted.kind === 'edit_comment';
  const text = 'body' in wanted ? (wanted.body?.text ?? '') : '';
  const title = 'title' in wanted ? (wanted.title ?? '') : '';
  if (text.length > (isComment ? maxComment : maxText) || title.length > maxTitle) throw refused('It is too long.');
}

/** What is published at once, or waits. */
const stateOf = (at: Writing) => (waitsFor(at) ? ('waiting' as const) : ('published' as const));

function create(at: Writing, { place: to, title, body }: Wanted<'create'>): Written {
  const { place } = at;
  const parent = parentAt(at, to);
  const [id, now, state] = [place.id('P'), place.at(), stateOf(at)];
  const revision = { id: place.id('R'), at: now, title, body, note: null, provenance: provenanceOf(at), state };
  const page: KeptPage = {
    ...{ id, createdAt: now, revisions: [revision], comments: [] },
    placed: [{ at: now, namespace: to.namespace.key, parent, trashed: false }],
    shown: state === 'waiting' ? [] : [{ at: now, revision: revision.id }],
  };
  place.pages.set(id, page);
  return writtenPage(page, revision.id);
}

function update(at: Writing, wanted: Wanted<'update'>): Written {
  const page = current(at, wanted.page);
  return writeOn(at, page, seenBy(page, viewerOf(at.origin)), wanted);
}

/** Another revision of a page after one that is as expected. */
function writeOn(
  at: Writing,
  page: KeptPage,
  seen: KeptPage['revisions'][number] | undefined,
  { revision: expected, title, body }: Omit<Wanted<'update'>, 'kind'>,
): Written {
  const { place } = at;
  if (seen?.id !== expected) throw stale();
  const [now, state] = [place.at(), stateOf(at)];
  const text = { title: title ?? seen.title, body: body ?? seen.body };
  const revision = { id: place.id('R'), at: now, ...text, note: null, provenance: provenanceOf(at), state };
  const waits = state === 'waiting';
  const revisions = [...page.revisions, revision];
  place.pages.set(page.id, waits ? { ...page, revisions } : published(page, revision, now));
  return writtenPage(page, revision.id);
}

function move(at: Writing, { page: ref, from, to }: Wanted<'move'>): Written {
  const { place } = at;
  const page = current(at, ref);
  const { parent, namespace } = last(page.placed);
  if (parent !== (from.above.at(-1)?.id ?? null) || namespace !== from.namespace.key) throw stale();
  const next = parentAt(at, to);
  if (next === page.id || place.below(page.id).some(({ id }) => id === next)) {
    throw refused('A page cannot come under itself.');
  }
  place.move(page.id, { namespace: to.namespace.key, parent: next });
  return writtenPage(page);
}

function trash(at: Writing, { page: ref, revision }: Wanted<'trash'>): Written {
  const { place, origin } = at;
  const page = current(at, ref);
  if (seenBy(page, viewerOf(origin))?.id !== revision) throw stale();
  if (under(place, namespaceOf(page), page.id).length > 0) throw refused('There are pages under it.');
  place.trash(page.id);
  return writtenPage(page);
}

function untrash(at: Writing, { page: ref, place: to }: Wanted<'untrash'>): Written {
  const page = current(at, ref, true);
  at.place.trash(page.id, false);
  at.place.move(page.id, { namespace: to.namespace.key, parent: parentAt(at, to) });
  return writtenPage(page);
}

/** All of it or nothing. */
function bringBack(at: Writing, { namespace, pages }: Wanted<'bring_back'>): Written {
  const { place } = at;
  const before = new Map(place.pages);
  try {
    for (const each of pages) backOne(at, each);
  } catch (error) {
    place.pages = before;
    throw error;
  }
  return { id: namespace.id, url: null, revision: null, differs: [] };
}

function backOne(at: Writing, each: PageBack): void {
  if (each.kind === 'move') move(at, each);
  else if (each.kind === 'trash') trash(at, each);
  else if (each.kind === 'untrash') untrash(at, each);
  else {
    const page = current(at, each.page);
    writeOn(at, page, publishedOf(page), each);
  }
}

/** The page right above a place, which must be there, in a namespace to which something can be written. */
function parentAt({ place, origin }: Writing, { namespace, above }: Place): string | null {
  assertOpen(place, namespace.key);
  const parent = above.at(-1)?.id ?? null;
  if (parent === null) return null;
  const page = place.pages.get(parent);
  if (page === undefined || trashed(page) || seenBy(page, viewerOf(origin)) === undefined) throw stale();
  if (namespaceOf(page) !== namespace.key) throw stale();
  return parent;
}
