import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { PastListed, PastPage, When } from '#capabilities/knowledge-read/ports.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Viewer } from '#shared/tools/index.ts';
import type { FakeKnowledge } from './place.ts';
import {
  aboveOf,
  type KeptPage,
  type KeptRevision,
  knownTo,
  last,
  namespaceOf,
  namespaceRef,
  placedAt,
  placeOf,
  publishedOf,
  revisionOf,
  trashed,
  urlOf,
} from './store.ts';

/** A state in a list. */
export function listedPast({ body, ...past }: PastPage, now: PastPage['place']): PastListed {
  return { ...past, digest: sha256(body.text), body: async () => body, now: async () => now };
}

/** By their ids. */
export const byId = (one: PastPage, other: PastPage): number => (one.page.id < other.page.id ? -1 : 1);

/** A state that a page had, as its viewer may see it. */
export function past(place: FakeKnowledge, page: KeptPage, viewer: Viewer, when: When): PastPage | null {
  if ('at' in when) {
    if (!place.backend.past) throw unsupported();
    return pastAt(place, page, when.at);
  }
  const found = knownTo(page, viewer).find(({ id }) => id === when.revision);
  if (found === undefined) return null;
  const revision = revisionOf(place, page, found);
  const then = revision.place ?? placeOf(place, page);
  return { page: refOf(place, page, found), place: then, revision, body: found.body, trashed: trashed(page) };
}

/** What everybody saw of a page at a moment, or sees now; null for nothing. */
export function pastAt(place: FakeKnowledge, page: KeptPage, at: string | undefined): PastPage | null {
  const [there, placed] = [publishedOf(page, at), placedAt(page, at)];
  if (there === undefined || placed === undefined) return null;
  const above = aboveOf(place, page, at).map((each) => ({ id: each.id, title: titleAt(each, at) }));
  return {
    ...{ page: refOf(place, page, there), place: { namespace: namespaceRef(place, placed.namespace), above } },
    ...{ revision: revisionOf(place, page, there), body: there.body, trashed: placed.trashed },
  };
}

const titleAt = (page: KeptPage, at?: string): string => (publishedOf(page, at) ?? last(page.revisions)).title;

/** A page by its id, with the title that it has, or had. */
export function refOf(place: FakeKnowledge, page: KeptPage, { title }: KeptRevision): PageRef {
  return { id: page.id, title, url: urlOf(page.id), namespace: namespaceRef(place, namespaceOf(page)) };
}

export function unsupported(): AppError {
  return new AppError('unsupported', 'This backend does not tell what was at a moment.');
}
