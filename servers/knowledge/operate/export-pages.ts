import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type * as z from 'zod';
import type { KnowledgeReader, PastPage } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { type listing, listingFile } from '../embedded/import/listing.ts';
import type { Store } from '../embedded/store/store.ts';
import { type Named, nameFiles } from './export-names.ts';
import type { OnProgress } from './import-pages.ts';

export type ExportRequest = {
  readonly folder: string;
  readonly namespace: string;
  /** The moment that pages are exported as of; null: now. */
  readonly at: string | null;
  /** Writes into a folder that has something, in the place of files that have the same paths. */
  readonly force: boolean;
};

export type ExportReport = {
  readonly namespace: string;
  readonly folder: string;
  readonly at: string;
  readonly pages: number;
  readonly bytes: number;
  /** How many of the pages are not to be relied on; the file with titles and places says which. */
  readonly untrusted: number;
};

/**
 * Writes the pages that everybody sees, or saw at a moment, each as a file that has its text and nothing else; and one more
 * that has their titles and places, so that an import makes the same pages of them. Throws AppError `bad_configuration`.
 * @param reader to whom what was forgotten is not there
 */
export async function exportTo(
  { store, reader, now }: { readonly store: Store; readonly reader: KnowledgeReader; readonly now: () => number },
  { folder, namespace: key, at, force }: ExportRequest,
  onProgress: OnProgress = () => {},
): Promise<ExportReport> {
  const root = resolve(folder);
  assertFree(root, force);
  const namespace = await reader.namespace(key);
  if (namespace === null) {
    const next = 'See "countersign knowledge namespaces".';
    throw new AppError('bad_configuration', `There is no namespace ${JSON.stringify(key)}.`, { next });
  }
  const moment = at ?? new Date(now()).toISOString();
  const pages: PastPage[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const list = await reader.pastPages(namespace, at, { limit: 100, ...(cursor !== undefined && { cursor }) });
    for (const { body, ...past } of list.items) pages.push({ ...past, body: await body() });
    cursor = list.cursor;
  }
  const files = nameFiles(inOrder(store, pages));
  mkdirSync(root, { recursive: true, mode: 0o700 });
  let bytes = 0;
  for (const [done, { file, text }] of files.entries()) {
    bytes += write(root, file, text, force);
    onProgress(done + 1, files.length);
  }
  write(root, listingFile, `${JSON.stringify(listed(namespace.key, moment, files), null, 2)}\n`, force);
  const untrusted = files.filter(({ trust }) => trust === 'untrusted').length;
  return { namespace: namespace.key, folder: root, at: moment, pages: files.length, bytes, untrusted };
}

/** Beside each other they stay in their order. */
function inOrder(store: Store, pages: readonly PastPage[]) {
  type Row = { position: number; path: string | null };
  return pages
    .map(({ page: { id, title }, place, body, revision }) => {
      const { position, path } = store.one<Row>('select position, path from page where ref = ?', id) ?? {
        position: 0,
        path: null,
      };
      const { trust } = revision.provenance;
      return { id, title, text: body.text, above: place.above.at(-1)?.id ?? null, path, position, trust };
    })
    .toSorted((one, other) => one.position - other.position || (one.id < other.id ? -1 : 1));
}

function listed(namespace: string, at: string, files: readonly Named[]): z.input<typeof listing> {
  const pages = files.map(({ file: path, title, under, trust }) => {
    return { path, title, under, ...(trust === 'untrusted' && { trust }) };
  });
  return { format: 'countersign/pages@1', namespace, at, pages };
}

function assertFree(root: string, force: boolean): void {
  try {
    if (force || readdirSync(root).length === 0) return;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new AppError('bad_configuration', `Nothing can be written to ${root} (${code}).`, { cause });
  }
  const next = 'Name a new folder; or --force, which replaces files of the same paths and leaves others.';
  throw new AppError('bad_configuration', `The folder ${root} has something in it.`, { next });
}

/** Through no link that somebody put there. */
function write(root: string, file: string, text: string, force: boolean): number {
  const path = join(root, file);
  const folders = dirname(file).split('/');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    for (let at = 1; at <= folders.length; at += 1) {
      if (lstatSync(join(root, ...folders.slice(0, at))).isSymbolicLink()) throw new Error('a link is in the way');
    }
    if (force) rmSync(path, { force: true });
    const bytes = Buffer.from(text);
    writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
    return bytes.byteLength;
  } catch (cause) {
    throw new AppError('bad_configuration', `${path} cannot be written.`, { cause });
  }
}
