import { fileVault } from './content-keys.ts';
import { assertKeysFit } from './keys-in-use.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { noVault } from './vault.ts';

/**
 * Opens the ledger with the keys of its contents in a file, or without any where there is none, and looks whether they
 * are the right ones. Throws AppError `bad_configuration` or `ledger_unavailable`.
 */
export async function openEncryptedLedger(location: string, keys: string | undefined): Promise<Ledger> {
  const vault = keys === undefined ? noVault : fileVault(keys);
  const ledger = await openLedger(location, { vault });
  try {
    await assertKeysFit(ledger.db, vault);
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
