import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { sameNamespace } from '#capabilities/knowledge/keys.ts';
import type { PageRef } from '#capabilities/knowledge/types.ts';
import type {
  Hit,
  KnowledgePage,
  KnowledgeQuery,
  KnowledgeReader,
  PageSummary,
  PastListed,
  PastPage,
} from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Viewer } from '#shared/tools/index.ts';
import { byId, listedPast, past, pastAt, refOf, unsupported } from './past.ts';
import type { FakeKnowledge } from './place.ts';
import { best, scored, snippetOf } from './searching.ts';
import { people } from './seed.ts';
import {
  aboveOf,
  type KeptPage,
  knownTo,
  last,
  namespaceOf,
  placedAt,
  placeOf,
  publishedOf,
  revisionOf,
  seenBy,
  sees,
  trashed,
  under,
  urlOf,
} from './store.ts';
import { appliedKey } from './write-parts.ts';

/** Reads the place for one viewer; every call is among its `reads`. */
export function fakeReader(place: FakeKnowledge, viewer: Viewer): KnowledgeReader {
  const seen = <Answer>(method: string, answer: Answer): Promise<Answer> => {
    place.reads.push(method);
    return Promise.resolve(answer);
  };
  const visible = (id: string): KeptPage | null => {
    const page = place.pages.get(id);
    return page !== undefined && seenBy(page, viewer) !== undefined ? page : null;
  };
  const comments = ({ id }: PageRef) => {
    const said = visible(id)?.comments ?? [];
    return said.filter(({ provenance }) => !provenance.quarantined || sees(viewer, provenance)).toReversed();
  };
  const toldOf = (past: PastPage): PastListed => {
    const page = place.pages.get(past.page.id);
    return listedPast(past, page === undefined ? past.place : placeOf(place, page));
  };
  return {
    backend: place.backend,
    self: () => seen('self', people.self),
    namespace: (key) => {
      const found = [...place.namespaces.values()].find((each) => sameNamespace(each.key, key));
      return seen('namespace', found ?? null);
    },
    search: async (query, page) => seen('search', pageOf(search(place, viewer, query), page)),
    page: (id) => {
      const page = visible(id);
      return seen('page', page && whole(place, page, viewer));
    },
    past: async ({ id }, when) => {
      const page = visible(id);
      return seen('past', page && past(place, page, viewer, when));
    },
    children: async ({ key }, parent, page) => {
      const found = under(place, key, parent).filter(({ id }) => visible(id) !== null);
      const { items, cursor } = pageOf(found, page);
      return seen('children', { items: items.map((each) => summary(place, each, viewer)), cursor });
    },
    pastPages: async ({ key }, at, page) => {
      if (!place.backend.past) throw unsupported();
      const moment = at ?? undefined;
      const then = [...place.pages.values()].filter((each) => placedAt(each, moment)?.namespace === key);
      const found = then.flatMap((each) => pastAt(place, each, moment) ?? []).filter((each) => !each.trashed);
      const { items, cursor } = pageOf(found.toSorted(byId), page);
      return seen('pastPages', { items: items.map(toldOf), cursor });
    },
    history: async ({ id }, request) => {
      const page = visible(id);
      const revisions = page === null ? [] : knownTo(page, viewer).map((each) => revisionOf(place, page, each));
      return seen('history', pageOf(revisions.toReversed(), request));
    },
    comments: async (page, request) => seen('comments', pageOf(comments(page), request)),
    comment: (page, id) => seen('comment', comments(page).find((each) => each.id === id) ?? null),
    links: ({ id }) => seen('links', linksOf(place, viewer, id)),
    landed: (wanted, mark) => {
      const written = place.applied.get(appliedKey(wanted, mark));
      return seen('landed', written === undefined ? 'not_found' : { landed: { ...written } });
    },
  };
}

/** A page as its viewer sees it. */
function whole(place: FakeKnowledge, page: KeptPage, viewer: Viewer): KnowledgePage {
  const there = seenBy(page, viewer) ?? last(page.revisions);
  const others = publishedOf(page);
  const shown = others && { revision: revisionOf(place, page, others), body: others.body };
  const said = page.comments.filter(({ provenance }) => !provenance.quarantined || sees(viewer, provenance));
  return {
    ...summary(place, page, viewer),
    ...{ body: there.body, revision: revisionOf(place, page, there), comments: said.length },
    ...(others?.id !== there.id && { published: shown ?? null }),
  };
}

function summary(place: FakeKnowledge, page: KeptPage, viewer: Viewer): PageSummary {
  const there = seenBy(page, viewer) ?? last(page.revisions);
  const children = under(place, namespaceOf(page), page.id);
  return {
    ...refOf(place, page, there),
    above: aboveOf(place, page).map((each) => {
      const { title, provenance } = seenBy(each, viewer) ?? last(each.revisions);
      return { id: each.id, title, ...(provenance.trust === 'untrusted' && { trust: provenance.trust }) };
    }),
    trust: there.provenance.trust,
    parent: children.some((each) => seenBy(each, viewer) !== undefined),
    ...{ createdAt: page.createdAt, updatedAt: there.at, trashed: trashed(page) },
  };
}

function search(place: FakeKnowledge, viewer: Viewer, { within, text }: KnowledgeQuery): readonly Hit[] {
  const found = within.flatMap(({ namespace, under: limits }) => {
    const there = [...place.pages.values()].filter((page) => {
      const isUnder = limits === null || [page, ...aboveOf(place, page)].some(({ id }) => limits.includes(id));
      return sameNamespace(namespaceOf(page), namespace) && isUnder && !trashed(page) && seenBy(page, viewer);
    });
    const entries = there.flatMap((page) => {
      const seen = seenBy(page, viewer);
      return seen === undefined ? [] : [{ id: page.id, title: seen.title, text: seen.body.text }];
    });
    return scored(entries, text);
  });
  return best(found).flatMap(({ id, score }): readonly Hit[] => {
    const page = place.kept(id);
    const seen = seenBy(page, viewer);
    if (seen === undefined) return [];
    const { provenance, id: revision } = revisionOf(place, page, seen);
    return [{ ...summary(place, page, viewer), ...snippetOf(seen, text), score, revision, provenance }];
  });
}

/** Pages that a text leads to by their address, or by `page:ID`. */
function targetsOf(place: FakeKnowledge, text: string): readonly string[] {
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/gu)].map(([, target = '']) => target);
  return [...place.pages.keys()].filter((id) => targets.some((each) => each === urlOf(id) || each === `page:${id}`));
}

function linksOf(place: FakeKnowledge, viewer: Viewer, id: string) {
  const textOf = (page: KeptPage): string => seenBy(page, viewer)?.body.text ?? '';
  const view = (other: string) => {
    const page = place.kept(other);
    if (trashed(page) || seenBy(page, viewer) === undefined) return [];
    const { title, url, namespace, above, trust = 'trusted' } = summary(place, page, viewer);
    return [{ id: page.id, title, url, namespace, above, trust }];
  };
  const from = [...place.pages.values()].filter(
    (page) => page.id !== id && targetsOf(place, textOf(page)).includes(id),
  );
  return {
    to: targetsOf(place, textOf(place.kept(id)))
      .filter((each) => each !== id)
      .flatMap(view),
    from: from.flatMap((page) => view(page.id)),
  };
}

function pageOf<T>(all: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const start = Number(cursor ?? 0);
  if (!Number.isInteger(start) || start < 0)
    throw new AppError('invalid_arguments', 'The cursor is not one of this place.');
  const end = start + limit;
  return { items: all.slice(start, end), cursor: end < all.length ? String(end) : null };
}
