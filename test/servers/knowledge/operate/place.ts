import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KnowledgeReader, PastPage } from '#capabilities/knowledge-read/ports.ts';
import { readFolder } from '#servers/knowledge/embedded/import/folder.ts';
import { partsOf } from '#servers/knowledge/embedded/open.ts';
import { governed } from '#servers/knowledge/governed.ts';
import { type ImportRequest, importFrom } from '#servers/knowledge/operate/import-pages.ts';
import { type EventRow, eventsIn } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { newBase, newFolder, present } from '../embedded/base.ts';
import { newLedger } from '../ledger.ts';

/** A knowledge base with its ledger, and what the operator does with both. */
export async function newPlace() {
  const path = join(newFolder(), 'knowledge.db');
  const base = newBase({ path });
  const { ledger } = await newLedger();
  const place = { store: base.store, ledger, now: base.store.now };
  const { reader } = governed(partsOf(base.store), ledger.db);
  const take = async (folder: string, request: Partial<ImportRequest> = {}, name?: string) =>
    importFrom(place, readFolder(folder, name), { ...usual, ...request });
  return { ...base, path, ledger, place, reader, take };
}

const usual: ImportRequest = {
  ...{ namespace: 'handbook', make: null, under: null, trust: 'trusted' },
  ...{ prune: false, dryRun: false, skip: false },
};

/** Writes files into a new folder, or into one that is there. */
export function filesIn(
  files: Readonly<Record<string, string | Uint8Array>>,
  folder = join(newFolder(), 'docs'),
): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** All that the ledger has on record. */
export async function eventsOf(ledger: Ledger): Promise<readonly EventRow[]> {
  const events: EventRow[] = [];
  for await (const event of eventsIn(ledger.db, 0)) events.push(event);
  return events;
}

/** All pages that everybody sees in a namespace. */
export async function pagesOf(reader: KnowledgeReader, key = 'handbook'): Promise<readonly PastPage[]> {
  const namespace = present(await reader.namespace(key));
  const pages: PastPage[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const list = await reader.pastPages(namespace, null, { limit: 50, ...(cursor !== undefined && { cursor }) });
    for (const { body, ...past } of list.items) pages.push({ ...past, body: await body() });
    cursor = list.cursor;
  }
  return pages;
}

/** Each as its title below those above it, with its text. */
export async function treeIn(reader: KnowledgeReader, key?: string): Promise<Readonly<Record<string, string>>> {
  const pages = await pagesOf(reader, key);
  const rows = pages.map(({ page, place, body }) => [
    [...place.above.map(({ title }) => title), page.title].join(' / '),
    body.text,
  ]);
  return Object.fromEntries(rows.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)));
}
