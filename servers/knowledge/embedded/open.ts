import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KnowledgeBackendParts } from '../parts.ts';
import { embeddedDoor } from './door.ts';
import { examine } from './examine.ts';
import { embeddedReader } from './reader.ts';
import { seed } from './seed/seed.ts';
import type { EmbeddedOptions } from './settings.ts';
import { embeddedSponsors } from './sponsors.ts';
import { openStore, type Store } from './store/store.ts';
import { endpointEmbedder } from './vectors/endpoint.ts';
import { vectorExtension } from './vectors/extension.ts';
import { openVectors, type Vectors } from './vectors/vectors.ts';

/**
 * Opens the embedded knowledge base; a new one has the demo's namespaces. Throws AppError `bad_configuration` for a file
 * that is none, and where vectors are wanted and cannot be.
 */
export async function openEmbedded({
  path,
  embeddings,
  userAgent = 'countersign',
  now = Date.now,
  fill = seed,
  extension = vectorExtension,
}: EmbeddedOptions & {
  readonly userAgent?: string;
  readonly now?: () => number;
  /** Puts in what a new one begins with. */
  readonly fill?: (store: Store) => void;
  /** Answers where the library of vectors is. */
  readonly extension?: () => Promise<string>;
}): Promise<KnowledgeBackendParts> {
  const file = vectorsBeside(path);
  if (embeddings === undefined) {
    return { ...partsOf(openStore({ path, fill, now })), start: () => removeVectors(file) };
  }
  const vectors = { path: file, extension: await extension() };
  const store = openStore({ path, fill, now, vectors });
  return partsOf(store, openVectors(store, endpointEmbedder({ ...embeddings, userAgent, now })));
}

/** The parts over a file that is open. @param vectors null where searches are by words alone */
export function partsOf(store: Store, vectors: Vectors | null = null): KnowledgeBackendParts {
  return {
    reader: embeddedReader(store, null, vectors),
    readerFor: (viewer) => embeddedReader(store, viewer, vectors),
    door: embeddedDoor(store),
    sponsorAccess: (accountOf) => embeddedSponsors(store, accountOf),
    origin: store.origin,
    examine: (namespaces) => examine(store, namespaces, vectors),
    ...(vectors !== null && { start: vectors.start }),
    close: async () => {
      await vectors?.close();
      store.close();
    },
  };
}

export function vectorsBeside(path: string): string {
  return path === ':memory:' ? path : join(dirname(path), 'vectors.db');
}

/** Vectors that nobody keeps up to date would say something of pages that were forgotten since. */
function removeVectors(file: string): void {
  if (file === ':memory:') return;
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
}
