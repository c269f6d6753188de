import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { refusingForgotten, withoutForgotten } from './forgotten.ts';
import type { KnowledgeBackendParts } from './parts.ts';
import { withProvenance } from './provenance.ts';

/** The server as the ledger and blueprints know it. */
export const serverName = 'knowledge';

/**
 * A backend with what the ledger knows of its pages: what was forgotten is not there, and a backend that keeps no
 * provenance has it from what changes left. One that can hold a revision in quarantine keeps it itself.
 */
export function governed(backend: KnowledgeBackendParts, db: LedgerDb): KnowledgeBackendParts {
  const { reader, readerFor, door } = backend;
  const known = (one: KnowledgeReader): KnowledgeReader => {
    const told = one.backend.quarantine ? one : withProvenance(one, db, serverName);
    return withoutForgotten(told, db, serverName);
  };
  return {
    ...backend,
    reader: known(reader),
    ...(readerFor && { readerFor: (viewer) => known(readerFor(viewer)) }),
    door: refusingForgotten(door, db, serverName),
  };
}
