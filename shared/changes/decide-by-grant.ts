import { AppError } from '#shared/errors.ts';
import { endGrant, type GrantRow, insertGrantUse, lastingGrants, usesOf } from '#shared/ledger/grants.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { denyApprovals } from './approvals.ts';
import { asApproval, type CheckedGrant, type Checking, checkGrant } from './check-grant.ts';
import type { GrantBreach } from './grant-coverage.ts';
import { holdAgainst } from './hold-against.ts';
import type { Sealed } from './sealed.ts';

/** Under which grant a change was put, and as the how manieth. */
export type ByGrant = {
  readonly kind: 'grant';
  readonly grant: string;
  readonly number: number;
  readonly bytes: number;
};

/**
 * Puts a change that waits under the first grant that covers it; null when none does. Grants that it shows to be about
 * another task by now end with it. `until`: when the decision that follows from it ends.
 */
export async function decideByGrant(
  tx: LedgerTx,
  { body }: Sealed,
  context: Checking & { readonly at: string },
): Promise<{ readonly by: ByGrant; readonly until: string } | null> {
  const { requester, blueprint, server, change_id } = body;
  const { people, at } = context;
  if (requester.kind !== 'agent' || blueprint === null || !body.stands_on?.length) return null;
  for (const row of await lastingGrants(tx, { agent: requester.agent, blueprint: blueprint.name, server }, at)) {
    const checked = await checkedOrNull(tx, row, context);
    if (checked === null) continue;
    const coverage = await holdAgainst(tx, checked, body, { before: await usesOf(tx, row.id), at });
    if (!coverage.covered) {
      const { why: note, ends } = coverage;
      if (ends !== null) await end(tx, row, { why: ends, note, change_id, at });
      continue;
    }
    // It is an approval in advance, so it goes no further than its giver could by now.
    if (denyApprovals(body, [asApproval(checked.grant)], people) !== null) continue;
    const { number, bytes } = coverage;
    await insertGrantUse(tx, { change_id, grant_id: row.id, number, bytes, at });
    return { by: { kind: 'grant', grant: row.id, number, bytes }, until: row.expires_at };
  }
  return null;
}

function end(
  tx: LedgerTx,
  row: GrantRow,
  end: { readonly why: GrantBreach; readonly note: string; readonly change_id: string; readonly at: string },
): Promise<void> {
  return endGrant(tx, row, { ...end, actor: { kind: 'server', server: 'approvals' } });
}

/** One that does not count leaves the change to people. */
async function checkedOrNull(tx: LedgerTx, row: GrantRow, context: Checking): Promise<CheckedGrant | null> {
  try {
    return await checkGrant(tx, row, context);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'seal_mismatch' || error.code === 'not_permitted')) return null;
    throw error;
  }
}
