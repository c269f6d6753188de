import { existsSync } from 'node:fs';
import { AppError } from '#shared/errors.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { readFolder } from '../embedded/import/folder.ts';
import { readGit } from '../embedded/import/git.ts';
import { partsOf, vectorsBeside } from '../embedded/open.ts';
import { seed } from '../embedded/seed/seed.ts';
import { openStore, type Store } from '../embedded/store/store.ts';
import { governed } from '../governed.ts';
import { backupTo } from './backup.ts';
import type { OperateConfig } from './config.ts';
import { exportTo } from './export-pages.ts';
import { forgetEntry } from './forget-entry.ts';
import { importFrom, type OnProgress } from './import-pages.ts';
import { addOrSet, listNamespaces } from './namespaces.ts';
import type { OperateRequest } from './requests.ts';

/** Does what is asked with the settings of the server, which may run. Answers what is told of it. Throws AppError. */
export async function operate(
  config: OperateConfig,
  request: OperateRequest,
  onProgress: OnProgress,
  now: () => number = Date.now,
): Promise<unknown> {
  const ledger = await openLedger(config.ledger);
  try {
    if (config.embedded === null) return await elsewhere(config, ledger, request, now);
    const store = openStore({ path: config.embedded.path, fill: seed, now });
    try {
      const vectors = vectorsBeside(config.embedded.path);
      return await inStore({ store, ledger, now, path: config.path, vectors }, request, onProgress);
    } catch (error) {
      throw withoutRoom(error);
    } finally {
      store.close();
    }
  } finally {
    await ledger.close();
  }
}

/** What the disk did not take, in words. Other errors as they are. */
function withoutRoom(error: unknown): unknown {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code !== 'SQLITE_FULL' && code !== 'ENOSPC') return error;
  return new AppError('backend_unavailable', 'The disk is full. What was written until then is there.', {
    next: 'Make room, and do it again: it does the rest.',
    cause: error,
  });
}

type Opened = {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly path: string;
  readonly vectors: string;
};

async function inStore(opened: Opened, request: OperateRequest, onProgress: OnProgress): Promise<unknown> {
  const { store, ledger, now, path } = opened;
  switch (request.do) {
    case 'import': {
      const { from, source, do: _do, ...how } = request;
      const name = source ?? undefined;
      const found = from.kind === 'folder' ? readFolder(from.folder, name) : await readGit({ ...from, path }, name);
      return importFrom({ store, ledger, now }, found, how, onProgress);
    }
    case 'export': {
      const { reader } = governed(partsOf(store), ledger.db);
      return exportTo({ store, reader, now }, request, onProgress);
    }
    case 'forget': {
      const { reader, origin } = partsOf(store);
      const vectors = existsSync(opened.vectors) ? opened.vectors : null;
      return forgetEntry({ ledger, store, reader, origin, now, vectors }, request);
    }
    case 'namespaces':
      return { namespaces: listNamespaces(store) };
    case 'namespace':
      return { key: request.key, ...addOrSet(store, request.key, request) };
    case 'backup':
      return backupTo(store, request.file);
  }
}

/** What can be done where pages are on a backend of others: to forget, as far as this suite goes. */
async function elsewhere(config: OperateConfig, ledger: Ledger, request: OperateRequest, now: () => number) {
  if (request.do !== 'forget') {
    const message = 'This is for the embedded knowledge base, and COUNTERSIGN_KNOWLEDGE_BACKEND names another.';
    throw new AppError('bad_configuration', message, { next: 'Its own import, export and backup are there.' });
  }
  const { reader, origin, close } = await config.open({ onProblem: () => {} });
  try {
    return await forgetEntry({ ledger, store: null, reader, origin, now, vectors: null }, request);
  } finally {
    await close();
  }
}
