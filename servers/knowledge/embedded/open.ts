import type { KnowledgeBackendParts } from '../parts.ts';
import { embeddedDoor } from './door.ts';
import { examine } from './examine.ts';
import { embeddedReader } from './reader.ts';
import { seed } from './seed/seed.ts';
import type { EmbeddedOptions } from './settings.ts';
import { embeddedSponsors } from './sponsors.ts';
import { openStore, type Store } from './store/store.ts';

/**
 * Opens the embedded knowledge base; a new one has the demo's namespaces. Throws AppError `bad_configuration` for a file
 * that is none.
 */
export async function openEmbedded({
  path,
  now = Date.now,
  fill = seed,
}: EmbeddedOptions & {
  readonly now?: () => number;
  /** Puts in what a new one begins with. */
  readonly fill?: (store: Store) => void;
}): Promise<KnowledgeBackendParts> {
  return partsOf(openStore({ path, fill, now }));
}

/** The parts over a file that is open. */
export function partsOf(store: Store): KnowledgeBackendParts {
  return {
    reader: embeddedReader(store, null),
    readerFor: (viewer) => embeddedReader(store, viewer),
    door: embeddedDoor(store),
    sponsorAccess: (accountOf) => embeddedSponsors(store, accountOf),
    origin: store.origin,
    examine: async (namespaces) => examine(store, namespaces),
    close: async () => store.close(),
  };
}
