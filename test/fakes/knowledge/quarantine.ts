import type { Written } from '#capabilities/knowledge-write/ports.ts';
import { type KeptPage, published, publishedOf, seenBy } from './store.ts';
import { current, refused, stale, type Wanted, type Writing, writtenPage } from './write-parts.ts';

type Acceptance = Wanted<'accept' | 'unaccept'>;

/** Lets others find the newest revision that waits. What else waited on the page has ended. */
export function accept(at: Writing, wanted: Acceptance): Written {
  const { place } = at;
  const page = pageOf(at, wanted);
  const waiting = seenBy(page, { kind: 'people' });
  const isIt = waiting?.state === 'waiting' && waiting.id === wanted.revision && waiting.id === wanted.waiting.id;
  if (waiting === undefined || !isIt || waiting.provenance.source !== wanted.change) throw stale();
  const others = page.revisions.filter(({ id }) => id !== waiting.id);
  place.pages.set(page.id, published({ ...page, revisions: others }, { ...waiting, state: 'published' }, place.at()));
  return writtenPage(page, waiting.id);
}

/** Takes that back, while nothing else was published: what was there before is what others see, and it waits again. */
export function unaccept(at: Writing, wanted: Acceptance): Written {
  const { place } = at;
  const page = pageOf(at, wanted);
  const there = publishedOf(page);
  const isIt = there?.id === wanted.revision && there.id === wanted.waiting.id;
  if (there === undefined || !isIt || there.provenance.source !== wanted.change) throw stale();
  const before = page.shown.filter(({ revision }) => revision !== there.id).at(-1)?.revision ?? null;
  const revisions = page.revisions.map((each) =>
    each.id === there.id ? { ...each, state: 'waiting' as const } : each,
  );
  place.pages.set(page.id, { ...page, revisions, shown: [...page.shown, { at: place.at(), revision: before }] });
  return writtenPage(page, there.id);
}

function pageOf(at: Writing, { page }: Acceptance): KeptPage {
  if (!at.place.backend.quarantine) throw refused('Nothing waits here.');
  return current(at, page);
}
