import { readVerificationKeys } from '../changes/keys.ts';
import { isPostgresUrl, ledgerName } from '../ledger/location.ts';
import { readLedger } from '../ledger/read-only.ts';
import { ledgerStatus } from '../ledger/status.ts';
import { findings, wordsOf } from './finding.ts';
import type { Finding } from './report.ts';

/** What a server needs besides its backend: the keys of those who decide, and the ledger. */
export async function lookAtOwn(config: {
  readonly decisionKeys: string;
  readonly ledger: string;
}): Promise<readonly Finding[]> {
  return [keysFinding(config.decisionKeys), await ledgerFinding(config.ledger)];
}

function keysFinding(path: string): Finding {
  const { ok, wrong } = findings(path);
  try {
    const { size } = readVerificationKeys(path);
    return ok('decision_keys', `Decisions count that ${size === 1 ? 'the one key' : `one of ${size} keys`} signed.`);
  } catch {
    const next = 'The approvals server makes the file at its first start; on another machine, copy it from there.';
    return wrong('decision_keys', 'The public keys of decisions cannot be read: nothing could be carried out.', next);
  }
}

async function ledgerFinding(location: string): Promise<Finding> {
  const { ok, advice, wrong } = findings(isPostgresUrl(location) ? ledgerName(location) : location);
  try {
    const { current, version } = await readLedger(location, ledgerStatus);
    if (current) return ok('ledger', `The ledger is there, at ${version}.`);
    return advice(
      'ledger',
      `The ledger is of another version (${version ?? 'none'}).`,
      'A server brings it up to date when it starts.',
    );
  } catch (error) {
    const { message } = wordsOf(error, 'The ledger cannot be read.');
    return wrong('ledger', message, 'Start the suite once, or see that the database can be reached.');
  }
}
