import type { Provenance } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import { type Mark, NotDone, type Origin, type Viewer } from '#shared/tools/index.ts';
import type { FakeKnowledge } from './place.ts';
import { people } from './seed.ts';
import { type KeptPage, namespaceOf, publishedOf, seenBy, trashed, urlOf } from './store.ts';

/** A write under way: by which change, and whom it comes from. */
export type Writing = { readonly place: FakeKnowledge; readonly mark: Mark; readonly origin: Origin };
export type Wanted<Kind extends KnowledgeWrite['kind']> = Extract<KnowledgeWrite, { kind: Kind }>;

/** A write by its mark and all that it says. */
export function appliedKey(wanted: KnowledgeWrite, { changeId, token }: Mark): string {
  return `${changeId}/${token} ${JSON.stringify(wanted)}`;
}

/** Whom what is written comes from. */
export function provenanceOf({ mark, origin }: Writing): Provenance {
  const { agent, sponsor, session, trust, accepted } = origin;
  const kind = agent === null ? 'person' : 'agent';
  return { kind, by: people.self, agent, sponsor, session, source: mark.changeId, trust, quarantined: !accepted };
}

/** Who writes sees what waits of theirs; a person sees all of it. */
export function viewerOf({ agent }: Origin): Viewer {
  return agent === null ? { kind: 'people' } : { kind: 'agent', agent };
}

/** Whether what is written waits until a person accepts it. */
export function waitsFor({ place, origin }: Writing): boolean {
  return !origin.accepted && place.backend.quarantine;
}

/** Throws where nothing can be written to a namespace. */
export function assertOpen(place: FakeKnowledge, key: string): void {
  const found = place.namespaces.get(key);
  if (found === undefined || found.archived) throw refused('There is no such namespace to write to.');
}

/** The page as it is now, which is still in the namespace that the write is for, and can be written to. */
export function current({ place, origin }: Writing, ref: Wanted<'move'>['page'], inTrash = false): KeptPage {
  const page = place.pages.get(ref.id);
  if (page === undefined || seenBy(page, viewerOf(origin)) === undefined) throw stale();
  if (namespaceOf(page) !== ref.namespace.key || trashed(page) !== inTrash) throw stale();
  assertOpen(place, ref.namespace.key);
  return page;
}

/** What was written to a page: the revision that others see unless another one is said. */
export function writtenPage(page: KeptPage, revision = publishedOf(page)?.id ?? null): Written {
  return { id: page.id, url: urlOf(page.id), revision, differs: [] };
}

export function stale(): NotDone {
  return new NotDone('stale', 'It is no longer as expected.');
}

export function refused(why: string): NotDone {
  return new NotDone('refused', why);
}
