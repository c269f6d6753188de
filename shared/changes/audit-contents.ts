import { checkContents } from '#shared/ledger/check-contents.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Vault } from '#shared/ledger/vault.ts';
import type { Progress, Tell } from './audit.ts';

/** How many contents were hashed again, how many could not be without their key, and how many were dropped in time. */
export type ContentCounts = { readonly whole: number; readonly locked: number; readonly dropped: number };

/** Hashes every kept content again. What retention dropped is no finding; what cannot be read here is only counted. */
export async function auditContents(
  db: LedgerDb,
  { vault, tell, progress }: { readonly vault: Vault; readonly tell: Tell; readonly progress: Progress },
): Promise<ContentCounts> {
  const counts = { whole: 0, locked: 0, dropped: 0 };
  let done = 0;
  for await (const { sha256, state } of checkContents(db, vault)) {
    if (state === 'damaged') tell('contents', `contents ${sha256}`, 'They are not what their digest says.');
    else if (state === 'missing')
      tell('contents', `contents ${sha256}`, 'They are gone, and no retention dropped them.');
    else counts[state] += 1;
    done += 1;
    progress('contents', done);
  }
  return counts;
}
