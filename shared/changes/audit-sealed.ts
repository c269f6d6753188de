import { digest } from '#shared/crypto/canonical.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import { type DecisionRow, decisionsOf } from '#shared/ledger/decisions.ts';
import { findSnapshot } from '#shared/ledger/proposals.ts';
import type { LedgerDb, SealedTable } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import type { Found } from './audit.ts';
import { covers, verifyDecision } from './decision.ts';
import { meetsQuorum } from './entitled.ts';
import type { VerificationKeys } from './keys.ts';
import { type Sealed, unseal } from './sealed.ts';
import type { Status } from './transitions.ts';
import { assertRowIsSealed } from './verify.ts';

const page = 500;

/** States that only an approved change reaches. */
const needApproval: ReadonlySet<Status> = new Set(['approved', 'dispatched', 'unknown', 'partial', 'applied']);

/** Checks every sealed body, its snapshots, and the decisions over it. Answers how many decisions there are. */
export async function auditSealed(db: LedgerDb, keys: VerificationKeys, found: Found): Promise<number> {
  let decisions = 0;
  for (let last = ''; ; ) {
    const wanted = db.selectFrom('sealed').selectAll().where('change_id', '>', last).orderBy('change_id').limit(page);
    const rows = await wanted.execute();
    for (const kept of rows) {
      last = kept.change_id;
      const row = await findChange(db, kept.change_id);
      const sealed = row && checkSeal(kept, row, found);
      await checkSnapshots(db, kept, found);
      const all = await decisionsOf(db, kept.change_id);
      decisions += all.length;
      const approvers = all.flatMap((one) =>
        isGood(one, kept.seal, keys, found) && one.verb === 'approve' ? [one] : [],
      );
      if (sealed && row && needApproval.has(row.status) && !meetsQuorum(sealed.body, approvers)) {
        found('decision', row.id, `It is ${row.status}, without enough signed approvals.`);
      }
    }
    if (rows.length < page) return decisions;
  }
}

function checkSeal(kept: SealedTable, row: ChangeRow, found: Found): Sealed | null {
  try {
    const sealed = unseal(kept);
    assertRowIsSealed(row, sealed.body);
    if (kept.snapshot !== sealed.body.snapshot || kept.steps !== sealed.body.steps.length) throw new Error();
    return sealed;
  } catch {
    found('seal', kept.change_id, 'It is not what was sealed.');
    return null;
  }
}

async function checkSnapshots(db: LedgerDb, kept: SealedTable, found: Found): Promise<void> {
  const [before, after] = await Promise.all([
    findSnapshot(db, kept.change_id, 'before'),
    findSnapshot(db, kept.change_id, 'after'),
  ]);
  if (before?.digest !== kept.snapshot || !isWhole(before)) {
    found('snapshot', kept.change_id, 'The state before it is not what was kept.');
  }
  if (after && !isWhole(after)) found('snapshot', kept.change_id, 'The state after it is not what was kept.');
}

function isWhole(snapshot: { readonly body: string; readonly digest: string }): boolean {
  return digest(JSON.parse(snapshot.body) as Json) === snapshot.digest;
}

/** Whether one of the keys signed just what the row says, over the seal as it stands. */
function isGood(row: DecisionRow, seal: string, keys: VerificationKeys, found: Found): boolean {
  try {
    const said = verifyDecision(keys, row.envelope);
    const same =
      covers(said, row) &&
      said.verb === row.verb &&
      said.approver.issuer === row.issuer &&
      said.approver.subject === row.subject &&
      row.seal === seal &&
      said.decided_at === row.decided_at &&
      said.expires_at === row.expires_at;
    if (same) return true;
    found('decision', row.change_id, 'A decision says something else than what was signed.');
  } catch {
    found('decision', row.change_id, 'A decision is not signed by a key that was given.');
  }
  return false;
}
