import { AppError } from '#shared/errors.ts';
import { findGrant, usesOf } from '#shared/ledger/grants.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Approval } from './approvals.ts';
import type { AutomaticDecision } from './automatic.ts';
import { asApproval, type CheckedGrant, type Checking, checkGrant } from './check-grant.ts';
import { holdAgainst } from './hold-against.ts';
import type { Sealed } from './sealed.ts';

/** Why nothing more begins under a grant, in words for whoever asked for it. */
export const grantEnded = 'The task grant that it came under has ended.';

/** A grant that covers a change, by the executor's own lights. */
export type UnderGrant = CheckedGrant & { readonly approval: Approval };

/**
 * Finds out again what the approvals server found when it put a change under a grant: the grant counts, and covers the
 * change in its place. Whether it has ended since is another question: what was begun before that has to be settled after
 * it. Null for what was decided otherwise. Throws AppError `seal_mismatch` or `not_permitted`.
 */
export async function underGrant(
  db: LedgerDb,
  { body }: Sealed,
  automatic: AutomaticDecision | null,
  checking: Checking,
): Promise<UnderGrant | null> {
  if (automatic?.by.kind !== 'grant') return null;
  const { by, decided_at: at } = automatic;
  const row = await findGrant(db, { id: by.grant });
  if (!row) throw refused('There is no such task grant.');
  const checked = await checkGrant(db, row, checking);
  const uses = await usesOf(db, row.id);
  const own = uses.find(({ number }) => number === by.number);
  if (own?.change_id !== body.change_id || own.bytes !== by.bytes) throw refused('It did not come under this grant.');
  const before = uses.filter(({ number }) => number < by.number);
  const coverage = await holdAgainst(db, checked, body, { before, at });
  if (!coverage.covered) throw new AppError('not_permitted', `The task grant does not cover it: ${coverage.why}`);
  if (coverage.number !== by.number || coverage.bytes !== by.bytes) throw refused('It is not as it was counted.');
  return { ...checked, approval: asApproval(checked.grant) };
}

function refused(why: string): AppError {
  return new AppError('seal_mismatch', why);
}
