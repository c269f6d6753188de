import type { Acceptance, Written } from '#capabilities/knowledge-write/ports.ts';
import { publish, publishedBefore, setDraft } from '../store/heads.ts';
import { pageById } from '../store/places.ts';
import { revisionById } from '../store/revisions.ts';
import { assertShown, openPage, refused, stale, type Writing, writtenPage } from './writing.ts';

/** Lets everybody see the newest revision that waits on a page. What else waits there has ended. */
export function accept(writing: Writing, { page, revision, waiting, change }: Acceptance): Written {
  const { store, at } = writing;
  const { row, head } = openPage(writing, page);
  const newest = revisionById(store, head);
  const isIt = newest.ref === revision && newest.ref === waiting.id && newest.source === change;
  if (!isIt || newest.accepted === 1) throw stale('What waits on the page is no longer what it was.');
  if (row.parent !== null) assertShown(pageById(store, row.parent));
  store.run('update revision set accepted = 1 where id = ?', newest.id);
  publish(store, row.id, newest.id, at);
  return writtenPage(writing, row, newest.ref);
}

/** Takes that back while nothing else was published: others see what they saw before, and it waits again. */
export function unaccept(writing: Writing, { page, revision, waiting, change }: Acceptance): Written {
  const { store, at } = writing;
  const { row } = openPage(writing, page);
  const there = row.published === null ? null : revisionById(store, row.published);
  const isIt = there?.ref === revision && there.ref === waiting.id && there.source === change;
  const before = there === null ? undefined : publishedBefore(store, row.id, there.id);
  if (there === null || !isIt || before === undefined || there.agent === null) {
    throw stale('What everybody sees of the page is no longer what was accepted.');
  }
  if (before === null && hasPublishedUnder(writing, row.id)) {
    throw refused('There are pages under it that everybody sees. They would be under a page that nobody sees.');
  }
  store.run('update revision set accepted = 0 where id = ?', there.id);
  publish(store, row.id, before, at);
  setDraft(store, row.id, there.agent, there.id);
  return writtenPage(writing, row, there.ref);
}

function hasPublishedUnder({ store }: Writing, page: number): boolean {
  return store.one('select 1 from page where parent = ? and published is not null limit 1', page) !== undefined;
}
