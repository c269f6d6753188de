import { AppError } from '#shared/errors.ts';
import { endGrant, type GrantRow, insertGrantUse, lastingGrants, usesOf } from '#shared/ledger/grants.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { denyApprovals } from './approvals.ts';
import { asApproval, type CheckedGrant, type Checking, checkGrant } from './check-grant.ts';
import { automaticActor, type Decider } from './decide-automatically.ts';
import type { GrantBreach } from './grant-coverage.ts';
import { holdAgainst } from './hold-against.ts';
import type { VerificationKeys } from './keys.ts';
import type { SealedBody } from './sealed.ts';

/** Whether a change comes under a grant; `end`: the grant ends with it, which shows that the task is another by now. */
type Held =
  | { readonly under: { readonly number: number; readonly bytes: number } }
  | { readonly end: { readonly why: GrantBreach; readonly note: string } | null };

/**
 * Decides by task grants: puts a change under the first that covers it. Grants that the change shows to be about another
 * task by now end with it.
 */
export function grantDecider(of: {
  readonly keys: () => VerificationKeys;
  readonly people?: (() => People) | undefined;
}): Decider {
  return async (tx, { body }, now) => {
    const { requester, blueprint, server, change_id } = body;
    if (requester.kind !== 'agent' || blueprint === null || !body.stands_on?.length) return null;
    const at = now.toISOString();
    const checking = { keys: of.keys(), people: of.people?.() };
    for (const row of await lastingGrants(tx, { agent: requester.agent, blueprint: blueprint.name, server }, at)) {
      const held = await hold(tx, row, body, { ...checking, at });
      if ('under' in held) {
        const { number, bytes } = held.under;
        await insertGrantUse(tx, { change_id, grant_id: row.id, number, bytes, at });
        return { by: { kind: 'grant', grant: row.id, number, bytes }, expires_at: earlier(row, body) };
      }
      if (held.end) await endGrant(tx, row, { ...held.end, change_id, at, actor: automaticActor });
    }
    return null;
  };
}

async function hold(
  tx: LedgerTx,
  row: GrantRow,
  body: SealedBody,
  { at, ...checking }: Checking & { readonly at: string },
): Promise<Held> {
  const checked = await checkedOrNull(tx, row, checking);
  if (checked === null) return { end: null };
  const coverage = await holdAgainst(tx, checked, body, { before: await usesOf(tx, row.id), at });
  if (!coverage.covered) return { end: coverage.ends && { why: coverage.ends, note: coverage.why } };
  // It is an approval in advance, so it goes no further than its giver could by now.
  const denial = denyApprovals(body, [asApproval(checked.grant)], checking.people);
  return denial === null ? { under: coverage } : { end: null };
}

function earlier(row: GrantRow, body: SealedBody): string {
  return row.expires_at < body.expires_at ? row.expires_at : body.expires_at;
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
