import type { PageComment, Provenance, Revision } from '#capabilities/knowledge/types.ts';
import type {
  Hit,
  KnowledgePage,
  KnowledgeReader,
  PageLink,
  PastListed,
  PastPage,
} from '#capabilities/knowledge-read/ports.ts';
import { thingOf } from '#capabilities/knowledge-write/tool.ts';
import { type LeftBy, leftBy, type Wanted } from '#shared/changes/left-by.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';

type Found = Awaited<ReturnType<typeof leftBy>>;

/**
 * A reader that says of revisions and comments which agent's change they come from, by what applied changes left: for a
 * backend that knows of them only that the account of this server wrote them.
 */
export function withProvenance(reader: KnowledgeReader, db: LedgerDb, server: string): KnowledgeReader {
  const look = (wanted: readonly Wanted[]): Promise<Found> => leftBy(db, server, wanted);
  return {
    ...reader,
    search: async (query, request) => {
      const { items, cursor } = await reader.search(query, request);
      const found = await look([...items.map(ofHit), ...items.flatMap(titlesOf)]);
      const hits = items.map((hit) => ({ ...titledWith(hit, found), provenance: hitProvenance(hit, found) }));
      return { items: hits, cursor };
    },
    page: async (id) => {
      const page = await reader.page(id);
      if (page === null) return null;
      const revisions = [page.revision, ...(page.published ? [page.published.revision] : [])];
      return pageWith(page, await look([...revisions.map((each) => ofRevision(id, each)), ...titlesOf(page)]));
    },
    children: async (namespace, parent, request) => {
      const { items, cursor } = await reader.children(namespace, parent, request);
      const found = await look(items.flatMap(titlesOf));
      return { items: items.map((each) => titledWith(each, found)), cursor };
    },
    links: async (page) => {
      const { to, from } = await reader.links(page);
      const found = await look([...to, ...from].flatMap(titlesOf));
      return { to: to.map((each) => titledWith(each, found)), from: from.map((each) => titledWith(each, found)) };
    },
    past: async (page, when) => {
      const past = await reader.past(page, when);
      return past && pastWith(past, await look([ofPast(past)]));
    },
    pastPages: async (namespace, at, request) => {
      const { items, cursor } = await reader.pastPages(namespace, at, request);
      const found = await look(items.map(ofPast));
      return { items: items.map((past) => pastWith(past, found)), cursor };
    },
    history: async (page, request) => {
      const { items, cursor } = await reader.history(page, request);
      const found = await look(items.map((each) => ofRevision(page.id, each)));
      return { items: items.map((each) => revisionWith(page.id, each, found)), cursor };
    },
    comments: async (page, request) => {
      const { items, cursor } = await reader.comments(page, request);
      const found = await look(items.map(ofComment));
      return { items: items.map((comment) => commentWith(comment, found)), cursor };
    },
    comment: async (page, id) => {
      const comment = await reader.comment(page, id);
      return comment && commentWith(comment, await look([ofComment(comment)]));
    },
  };
}

const ofRevision = (page: string, { id }: Revision): Wanted => ({ thing: thingOf({ page }), version: id });
const ofPast = ({ page, revision }: Pick<PastPage, 'page' | 'revision'>): Wanted => ofRevision(page.id, revision);
const ofHit = ({ id, revision }: Hit): Wanted => ({ thing: thingOf({ page: id }), version: revision });
const ofComment = ({ id }: PageComment): Wanted => ({ thing: thingOf({ comment: id }), version: null });

/** A page of which the title is told, and those above it: of their titles no state is known, so the last change counts. */
function titlesOf({ id, above }: Pick<PageLink, 'id' | 'above'>): readonly Wanted[] {
  return [id, ...above.map((each) => each.id)].map((page) => ({ thing: thingOf({ page }), version: null }));
}

function titledWith<T extends PageLink>(page: T, found: Found): T {
  const isUntrusted = (id: string): boolean =>
    found({ thing: thingOf({ page: id }), version: null })?.trust === 'untrusted';
  const worth = <Each extends { readonly id: string }>(each: Each): Each =>
    isUntrusted(each.id) ? { ...each, trust: 'untrusted' as const } : each;
  return { ...worth(page), above: page.above.map(worth) };
}

function pageWith({ published, ...page }: KnowledgePage, found: Found): KnowledgePage {
  const others = published && { ...published, revision: revisionWith(page.id, published.revision, found) };
  return {
    ...titledWith(page, found),
    revision: revisionWith(page.id, page.revision, found),
    ...(others !== undefined && { published: others }),
  };
}

function pastWith<P extends PastPage | PastListed>(past: P, found: Found): P {
  return { ...past, revision: revisionWith(past.page.id, past.revision, found) };
}

function revisionWith(page: string, revision: Revision, found: Found): Revision {
  return { ...revision, provenance: provenanceWith(revision.provenance, found(ofRevision(page, revision))) };
}

function commentWith(comment: PageComment, found: Found): PageComment {
  return { ...comment, provenance: provenanceWith(comment.provenance, found(ofComment(comment))) };
}

/** Where the backend does not say which state was found, the last change to it need not be what left that. */
function hitProvenance(hit: Hit, found: Found): Provenance {
  const left = found(ofHit(hit));
  return hit.revision === null ? leastOf(hit.provenance, left) : provenanceWith(hit.provenance, left);
}

function provenanceWith(known: Provenance, left: LeftBy | null): Provenance {
  if (left === null) return known;
  const { agent, sponsor, session, change } = left;
  const kind = agent === null ? 'person' : 'agent';
  return { ...leastOf(known, left), kind, agent, sponsor, session, source: change };
}

function leastOf(known: Provenance, left: LeftBy | null): Provenance {
  return left?.trust === 'untrusted' ? { ...known, trust: 'untrusted' } : known;
}
