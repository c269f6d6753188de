import { wronglyQuarantined } from '#shared/ledger/quarantine.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Tell } from './audit.ts';

/** Looks whether what is listed as waiting in quarantine is just what waits. */
export async function auditQuarantine(db: LedgerDb, tell: Tell): Promise<void> {
  for (const id of await wronglyQuarantined(db)) {
    tell('row', id, 'Whether it is listed as waiting in quarantine is not what follows from the rest of the ledger.');
  }
}
