import { AppError } from '#shared/errors.ts';
import { endOf, findGrant, usesOf } from '#shared/ledger/grants.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Approval } from './approvals.ts';
import { asApproval, type CheckedGrant, type Checking, checkGrant } from './check-grant.ts';
import type { ByGrant } from './decide-by-grant.ts';
import { holdAgainst } from './hold-against.ts';
import type { Sealed } from './sealed.ts';

/** A grant that covers a change, by the executor's own lights. */
export type UnderGrant = CheckedGrant & { readonly approval: Approval };

/**
 * Finds out again what the approvals server found when it put a change under a grant: the grant counts, lasts, and covers
 * the change in its place. `at`: when it was put there. Throws AppError `seal_mismatch` or `not_permitted`.
 */
export async function verifyByGrant(
  db: LedgerDb,
  { body }: Sealed,
  { by, at, keys, people }: Checking & { readonly by: Omit<ByGrant, 'kind'>; readonly at: string },
): Promise<UnderGrant> {
  const row = await findGrant(db, { id: by.grant });
  if (!row) throw refused('There is no such task grant.');
  const checked = await checkGrant(db, row, { keys, people });
  const ended = await endOf(db, row.id);
  if (ended) throw new AppError('not_permitted', 'The task grant that it came under has ended.');
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
