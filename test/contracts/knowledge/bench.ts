import { newDocument } from '#capabilities/knowledge/document.ts';
import type { KnowledgeTarget, PageDocument, PageRef, Person, Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader, Namespace } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Mark, Origin, Viewer } from '#shared/tools/index.ts';
import { newRun, settledAt, withPermit } from '#test/contracts/bench.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { patient, patientReader } from '#test/contracts/patient.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import type { KnowledgePlace } from './place.ts';

/** A new page: at the top of the namespace unless said otherwise. */
type About = {
  readonly title?: string;
  readonly text?: string;
  readonly parent?: KnowledgePage;
  readonly namespace?: Namespace;
  readonly origin?: Origin;
};

/** What the tests of the contract share. */
export type Bench = {
  readonly place: KnowledgePlace;
  /** What the agent reads that writes here. */
  readonly reader: KnowledgeReader;
  /** What another agent reads, and people. */
  readonly another: KnowledgeReader;
  readonly people: KnowledgeReader;
  readonly self: Person;
  readonly namespace: Namespace;
  /** The namespace `elsewhere`; null where there is none. */
  readonly other: Namespace | null;
  /** A word that only pages of this run have in their titles. */
  readonly run: string;
  /** Another title for a page of this run. */
  readonly title: (what: string) => string;
  /** Writes as the executor does: with a permit for this one write, and the mark of its change. */
  readonly write: (wanted: KnowledgeWrite, mark?: Mark, origin?: Origin) => Promise<Written>;
  readonly newPage: (about?: About) => Promise<KnowledgePage>;
  /** The page as it is now. */
  readonly now: (page: { readonly id: string }) => Promise<KnowledgePage>;
  /** Text in the form that texts have there. */
  readonly text: (markdown: string) => PageDocument;
  /** Waits until what was written is found. */
  readonly settled: <T>(check: () => Promise<T>) => Promise<T>;
};

/** The agent that writes, and one that does not. */
const agent: Viewer = { kind: 'agent', agent: decidedOrigin.agent ?? 'deps-bot' };
const nobody: Viewer = { kind: 'agent', agent: 'another-bot' };

/** What no person decided. */
export const undecided: Origin = { ...decidedOrigin, accepted: false };

/** Looks the place up; nothing is written yet. Throws when what it says of itself is not so. */
export async function openBench(place: KnowledgePlace): Promise<Bench> {
  const readerFor = (viewer: Viewer): KnowledgeReader =>
    patientReader(place.backend.readerFor?.(viewer) ?? place.backend.reader, place.paceMs);
  const reader = readerFor(agent);
  const other = place.elsewhere === null ? null : present(await reader.namespace(place.elsewhere));
  const [self, found] = await Promise.all([reader.self(), reader.namespace(place.namespace)]);
  const namespace = present(found);
  const run = newRun();
  const text = (markdown: string): PageDocument => newDocument(reader.backend.documents, markdown);
  const write: Bench['write'] = (wanted, mark = newMark(), origin = decidedOrigin) =>
    patient(() => writeOnce(place.backend, wanted, { mark, origin }), place.paceMs);
  const now: Bench['now'] = async ({ id }) => present(await reader.page(id));
  let made = 0;
  const title: Bench['title'] = (what) => `countersign-contract ${run} ${what}`;
  const newPage: Bench['newPage'] = async (about = {}) => {
    made += 1;
    const at = about.parent === undefined ? topOf(about.namespace ?? namespace) : placeUnder(about.parent);
    const wanted = {
      kind: 'create',
      place: at,
      title: about.title ?? title(`${made}`),
      body: text(about.text ?? 'Some words.'),
    };
    const { id } = await write(wanted as KnowledgeWrite, newMark(), about.origin ?? decidedOrigin);
    return now({ id });
  };
  const settled = settledAt(place);
  const readers = { reader, another: readerFor(nobody), people: readerFor({ kind: 'people' }) };
  return { place, ...readers, self, namespace, other, run, title, write, newPage, now, text, settled };
}

/** A namespace, a page and a place as writes name them. */
const namespaceOf = ({ id, key, name, audience }: PageRef['namespace']): PageRef['namespace'] => {
  return { id, key, name, ...(audience !== undefined && { audience }) };
};
export const refOf = ({ id, title, url, namespace }: PageRef): PageRef => {
  return { id, title, url, namespace: namespaceOf(namespace) };
};
export const topOf = (namespace: PageRef['namespace']): Place => ({ namespace: namespaceOf(namespace), above: [] });
export const placeOf = ({ namespace, above }: Pick<KnowledgePage, 'namespace' | 'above'>): Place => {
  return { namespace: namespaceOf(namespace), above: above.map(({ id, title }) => ({ id, title })) };
};
export const placeUnder = (page: KnowledgePage): Place => {
  const { namespace, above } = placeOf(page);
  return { namespace, above: [...above, { id: page.id, title: page.title }] };
};

/** Another text or title of a page that is as it was read. */
export const updateOf = (
  page: KnowledgePage,
  to: { readonly title?: string; readonly body?: PageDocument },
): KnowledgeWrite => {
  const { title, body, revision } = page;
  return { kind: 'update', page: refOf(page), revision: revision.id, from: { title, body }, ...to };
};

/** The trash and back. */
export const trashOf = (page: KnowledgePage): KnowledgeWrite => {
  return { kind: 'trash', page: refOf(page), revision: page.revision.id, place: placeOf(page) };
};
export const untrashOf = (page: KnowledgePage): KnowledgeWrite => {
  return { kind: 'untrash', page: refOf(page), place: placeOf(page) };
};

const toolOf = {
  create: 'create_page',
  update: 'update_page',
  move: 'move_page',
  trash: 'trash_page',
  untrash: 'trash_page',
  comment: 'comment_on_page',
  edit_comment: 'comment_on_page',
  accept: 'accept_page',
  unaccept: 'accept_page',
  accept_comment: 'accept_page',
  unaccept_comment: 'accept_page',
  bring_back: 'bring_back_namespace',
} as const satisfies Record<KnowledgeWrite['kind'], string>;

/** One write, with a permit for it alone. */
export function writeOnce(
  { door }: Pick<KnowledgePlace['backend'], 'door'>,
  wanted: KnowledgeWrite,
  { mark = newMark(), origin = decidedOrigin }: { readonly mark?: Mark; readonly origin?: Origin } = {},
): Promise<Written> {
  const permit = { tool: toolOf[wanted.kind], step: wanted.kind, target: targetOf(wanted), mark };
  return withPermit(door, permit, (writer) => writer.write(wanted, mark, origin));
}

function targetOf(wanted: KnowledgeWrite): KnowledgeTarget {
  if (wanted.kind === 'create') return target(wanted.place.namespace, null);
  return wanted.kind === 'bring_back' ? target(wanted.namespace, null) : target(wanted.page.namespace, wanted.page.id);
}

const target = ({ id, key }: PageRef['namespace'], pageId: string | null): KnowledgeTarget => {
  return { namespaceId: id, namespace: key, pageId };
};
