import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { KnowledgeTarget, PageRef, Place } from '#capabilities/knowledge/types.ts';
import type { Hit, KnowledgePage, KnowledgeQuery, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import { partsOf } from '#servers/knowledge/embedded/open.ts';
import { byPerson } from '#servers/knowledge/embedded/store/author.ts';
import { addNamespace, addPerson, namespaceByKey, setMember } from '#servers/knowledge/embedded/store/namespaces.ts';
import { addPage, revisePage } from '#servers/knowledge/embedded/store/pages.ts';
import { pageById, pageByRef } from '#servers/knowledge/embedded/store/places.ts';
import { momentOf, openStore, type Store } from '#servers/knowledge/embedded/store/store.ts';
import type { VectorFile } from '#servers/knowledge/embedded/vectors/attach.ts';
import type { Embedder } from '#servers/knowledge/embedded/vectors/port.ts';
import { openVectors } from '#servers/knowledge/embedded/vectors/vectors.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { Mark, Origin } from '#shared/tools/index.ts';
import { agent, targetOf } from './target.ts';

export { agent, person, unseen } from './target.ts';

/** Three namespaces and two people. */
function onlyNamespaces(store: Store): void {
  addPerson(store, 'alice', 'Alice Moreau');
  addPerson(store, 'bob', 'Bob Lindqvist');
  for (const [key, audience] of [
    ['handbook', 'internal'],
    ['notes', 'internal'],
    ['people', 'private'],
  ] as const) {
    const id = addNamespace(store, { key, name: key, audience });
    setMember(store, id, 'alice', 'write');
  }
}

/** A clock that goes on by a second whenever it is looked at. */
export function clock(): () => number {
  let time = Date.parse('2026-07-01T00:00:00Z');
  return () => {
    time += 1_000;
    return time;
  };
}

let marks = 0;

export function newMark(): Mark {
  marks += 1;
  return { changeId: `chg_${marks}`, token: `token ${marks}` };
}

export const markdown = (text: string) => ({ format: 'markdown', text }) as const;
export const stale = { name: 'NotDone', kind: 'stale' };
export const refused = { name: 'NotDone', kind: 'refused' };

type Options = {
  readonly path?: string;
  readonly fill?: (store: Store) => void;
  readonly now?: () => number;
  /** Pages are found by meaning too: with these vectors, which are kept in that file. */
  readonly vectors?: { readonly embedder: Embedder; readonly file: VectorFile };
};

/** A knowledge base and its faces: what the server uses, and what people do by hand. Closed when the test is over. */
export function newBase(options: Options = {}) {
  const made = openBase(options);
  onTestFinished(made.close);
  return made;
}

/** The same, for whoever closes it. */
export function openBase({ path = ':memory:', fill = onlyNamespaces, now = clock(), vectors: wanted }: Options = {}) {
  const store = openStore({ path, fill, now, ...(wanted && { vectors: wanted.file }) });
  const vectors = wanted === undefined ? null : openVectors(store, wanted.embedder);
  const { reader, readerFor, door, ...parts } = partsOf(store, vectors);
  if (readerFor === undefined) throw new Error('all see the same here');
  const as = (name: string): KnowledgeReader => readerFor({ kind: 'agent', agent: name });
  const people = readerFor({ kind: 'people' });
  const open = (changeId: string, target: KnowledgeTarget) =>
    door.open(mintPermit({ changeId, tool: 'a_tool', step: 'a step', target }));
  const write = async (wanted: KnowledgeWrite, origin: Origin = agent('a'), mark = newMark()): Promise<Written> =>
    (await open(mark.changeId, targetOf(wanted))).write(wanted, mark, origin);
  const page = async (id: string, from: KnowledgeReader = reader): Promise<KnowledgePage> =>
    present(await from.page(id));
  return {
    ...parts,
    store,
    vectors,
    reader,
    as,
    people,
    door,
    open,
    write,
    page,
    add: adder(store),
    edit: editor(store),
  };
}

export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there');
  return value;
}

type Text = { readonly title?: string; readonly text?: string; readonly under?: string; readonly path?: string };

/** Somebody makes a page by hand; answers its id. */
function adder(store: Store) {
  return (namespace: string, { title = 'A page', text = '', under, path }: Text = {}): string =>
    store.write(() => {
      const at = momentOf(store);
      const parent = under === undefined ? null : present(pageByRef(store, under)).id;
      const { id } = present(namespaceByKey(store, namespace));
      const made = { namespace: id, parent, at, title, text, author: byPerson('alice'), note: null };
      return pageById(store, addPage(store, { ...made, ...(path !== undefined && { path }) }).page).ref;
    });
}

/** Somebody gives a page another text by hand. */
function editor(store: Store) {
  return (ref: string, text: string, title = 'A page'): void =>
    store.write(() => {
      const { id } = present(pageByRef(store, ref));
      const at = momentOf(store);
      revisePage(store, { page: id, at, title, text, author: byPerson('bob'), note: null, accepted: true });
    });
}

export const refOf = ({ id, title, url, namespace }: PageRef): PageRef => ({ id, title, url, namespace });
export const placeOf = ({ namespace, above }: Pick<KnowledgePage, 'namespace' | 'above'>): Place => ({
  namespace,
  above: [...above],
});

/** An update of a page as it is seen. */
export function update(page: KnowledgePage, text: string): KnowledgeWrite {
  const from = { title: page.title, body: page.body };
  return { kind: 'update', page: refOf(page), revision: page.revision.id, from, body: markdown(text) };
}

export const query = (text: string, ...namespaces: readonly string[]): KnowledgeQuery => {
  return {
    text,
    within: (namespaces.length > 0 ? namespaces : ['handbook']).map((namespace) => ({ namespace, under: null })),
  };
};

/** All that a search finds, over its pages. */
export async function found(reader: KnowledgeReader, wanted: KnowledgeQuery, limit = 50): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await reader.search(wanted, { limit, cursor });
    hits.push(...page.items);
    cursor = page.cursor;
  }
  return hits;
}

export const titles = async (reader: KnowledgeReader, wanted: KnowledgeQuery): Promise<string[]> =>
  (await found(reader, wanted)).map(({ title }) => title);

/** A folder that is gone when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'knowledge-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
