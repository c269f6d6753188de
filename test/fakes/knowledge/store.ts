import type { PageComment, PageDocument, PageRef, Provenance, Revision } from '#capabilities/knowledge/types.ts';
import type { Namespace } from '#capabilities/knowledge-read/ports.ts';
import type { Viewer } from '#shared/tools/index.ts';

/**
 * A revision as the place keeps it. `waiting`: in quarantine. `ended`: it was, and something else was published in its place.
 */
export type KeptRevision = {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly body: PageDocument;
  readonly provenance: Provenance;
  readonly note: string | null;
  readonly state: 'published' | 'waiting' | 'ended';
};

/** Where a page came to, and when. */
type Placed = {
  readonly at: string;
  readonly namespace: string;
  readonly parent: string | null;
  readonly trashed: boolean;
};

/** What others saw from a moment on; null for nothing. */
type Shown = { readonly at: string; readonly revision: string | null };

/** A page as the place keeps it: all that it ever was, oldest first. */
export type KeptPage = {
  readonly id: string;
  readonly createdAt: string;
  readonly placed: readonly Placed[];
  readonly shown: readonly Shown[];
  readonly revisions: readonly KeptRevision[];
  readonly comments: readonly PageComment[];
};

/** All that is in a place. Its maps are replaced as a whole where something is taken back. */
export type Store = { readonly namespaces: Map<string, Namespace>; pages: Map<string, KeptPage> };

export function last<T>(items: readonly T[]): T {
  const found = items.at(-1);
  if (found === undefined) throw new Error('there is nothing');
  return found;
}

/** Whether somebody sees what waits of an agent. */
export function sees(viewer: Viewer, { agent }: Pick<Provenance, 'agent'>): boolean {
  return viewer.kind === 'people' || viewer.agent === agent;
}

/** What others see of a page, or saw at a moment; undefined for nothing. */
export function publishedOf(page: KeptPage, at?: string): KeptRevision | undefined {
  const shown = page.shown.filter((each) => at === undefined || each.at <= at).at(-1)?.revision;
  return page.revisions.find(({ id }) => id === shown);
}

/** What a viewer sees of a page: the newest that waits and is theirs to see, else what is published. */
export function seenBy(page: KeptPage, viewer: Viewer): KeptRevision | undefined {
  const waits = page.revisions.filter(({ state, provenance }) => state === 'waiting' && sees(viewer, provenance));
  return waits.at(-1) ?? publishedOf(page);
}

/** The revisions that a viewer knows of. */
export function knownTo(page: KeptPage, viewer: Viewer): readonly KeptRevision[] {
  return page.revisions.filter(({ state, provenance }) => state === 'published' || sees(viewer, provenance));
}

/** Where a page is, or was at a moment. */
export function placedAt(page: KeptPage, at?: string): Placed | undefined {
  return page.placed.filter((each) => at === undefined || each.at <= at).at(-1);
}

/** The key of the namespace that a page is in. */
export const namespaceOf = (page: KeptPage): string => last(page.placed).namespace;

export function trashed(page: KeptPage): boolean {
  return last(page.placed).trashed;
}

/** The pages above one, from the top, or above it as it was at a moment. Ends at a page that comes again. */
export function aboveOf({ pages }: Store, page: KeptPage, at?: string): readonly KeptPage[] {
  const above: KeptPage[] = [];
  for (let next = placedAt(page, at)?.parent ?? null; next !== null; ) {
    const found = pages.get(next);
    if (found === undefined || found.id === page.id || above.includes(found)) break;
    above.unshift(found);
    next = placedAt(found, at)?.parent ?? null;
  }
  return above;
}

/** The pages right under one, or at the top of a namespace. */
export function under({ pages }: Store, namespace: string, parent: string | null): readonly KeptPage[] {
  return [...pages.values()].filter((page) => {
    const placed = last(page.placed);
    return placed.namespace === namespace && placed.parent === parent && !placed.trashed;
  });
}

export const urlOf = (id: string): string => `https://wiki.example/pages/${id}`;

/** A namespace as pages name it. */
export function namespaceRef({ namespaces }: Store, key: string): PageRef['namespace'] {
  const found = namespaces.get(key);
  if (found === undefined) throw new Error(`no namespace ${key}`);
  const { id, name, audience } = found;
  return { id, key, name, ...(audience !== undefined && { audience }) };
}

/** A revision as readers tell of it. */
export function revisionOf(store: Store, page: KeptPage, kept: KeptRevision): Revision {
  const next = page.shown[page.shown.findLastIndex(({ revision }) => revision === kept.id) + 1];
  const until = kept.state === 'published' ? next?.at : undefined;
  const { id, at, title, provenance, note } = kept;
  return {
    ...{ id, at, title, note, place: placeOf(store, page, until) },
    provenance: { ...provenance, quarantined: kept.state !== 'published' },
  };
}

/** Where a page is, or was right before a moment. */
export function placeOf(store: Store, page: KeptPage, before?: string): NonNullable<Revision['place']> {
  const at = page.placed.filter((each) => before === undefined || each.at < before).at(-1) ?? last(page.placed);
  const above = aboveOf(store, page, before === undefined ? undefined : at.at);
  return {
    namespace: namespaceRef(store, at.namespace),
    above: above.map((each) => ({ id: each.id, title: (publishedOf(each) ?? last(each.revisions)).title })),
  };
}

/** A page with another revision that others see: what waited has ended. */
export function published(page: KeptPage, revision: KeptRevision, at: string): KeptPage {
  const ended = page.revisions
    .filter(({ id }) => id !== revision.id)
    .map((each) => (each.state === 'waiting' ? { ...each, state: 'ended' as const } : each));
  return { ...page, revisions: [...ended, revision], shown: [...page.shown, { at, revision: revision.id }] };
}
