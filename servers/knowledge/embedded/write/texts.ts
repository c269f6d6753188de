import type { NewPage, PageText, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Trust } from '#shared/tools/index.ts';
import { bodyText } from '../store/bodies.ts';
import { revisePage } from '../store/pages.ts';
import { addPlace } from '../store/places.ts';
import { revisionById, trustBefore } from '../store/revisions.ts';
import type { PageRow, RevisionRow } from '../store/rows.ts';
import { assertText, assertTitle } from './check.ts';
import {
  assertShown,
  authorIn,
  openNamespace,
  openPage,
  parentAt,
  stale,
  type Writing,
  writtenPage,
} from './writing.ts';

/** Makes a page, last among those beside it. */
export function createPage(writing: Writing, { place, title, body }: NewPage): Written {
  const { store, at, changeId } = writing;
  assertTitle(title);
  assertText(body.text);
  const parent = parentAt(writing, place);
  if (writing.origin.accepted) assertShown(parent);
  const { id: namespace } = openNamespace(writing, place.namespace);
  const page = addPlace(store, { namespace, parent: parent?.id ?? null, change: changeId }, at);
  const row = putText(writing, page, { title, text: body.text });
  const made = store.one<Pick<PageRow, 'ref'>>('select ref from page where id = ?', page);
  return writtenPage(writing, { ref: made?.ref ?? '' }, row.ref);
}

/** Gives a page another state, if whoever writes sees the expected one. */
export function updatePage(writing: Writing, wanted: PageText): Written {
  const { row, head } = openPage(writing, wanted.page);
  if (writing.origin.accepted && row.published === null && row.parent !== null) {
    assertShown(writing.store.one<PageRow>('select * from page where id = ?', row.parent) ?? null);
  }
  return writeOn(writing, row, head, wanted);
}

/** The same on what everybody sees: whatever waits on the page has ended with it. */
export function rewritePage(writing: Writing, wanted: PageText): Written {
  const { row } = openPage(writing, wanted.page);
  if (row.published === null) throw stale('Nobody sees the page any more.');
  return writeOn(writing, row, row.published, wanted);
}

function writeOn(writing: Writing, row: PageRow, head: number, { revision, title, body }: PageText): Written {
  const { store } = writing;
  const present = revisionById(store, head);
  if (present.ref !== revision) throw stale('The page was changed since.');
  if (title !== undefined) assertTitle(title);
  if (body !== undefined) assertText(body.text);
  const text = body?.text ?? bodyText(store, present.body);
  // Who accepts the newest of what waits lets all out that it was made on.
  const on = present.accepted === 0 ? present.trust : 'trusted';
  return writtenPage(writing, row, putText(writing, row.id, { title: title ?? present.title, text }, on).ref);
}

function putText(
  writing: Writing,
  page: number,
  { title, text }: { title: string; text: string },
  on: Trust = 'trusted',
): RevisionRow {
  const { store, at, origin } = writing;
  const from = authorIn(writing);
  // What a person writes is asked for as a restore: these are words of before, and not that person's.
  const before = from.agent === null ? trustBefore(store, page, { title, text }) : on;
  const author = before === 'untrusted' ? { ...from, trust: before } : from;
  return revisePage(store, { page, at, title, text, author, note: null, accepted: origin.accepted });
}
