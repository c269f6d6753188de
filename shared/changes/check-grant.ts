import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import type { GrantRow } from '#shared/ledger/grants.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { voidDecisions } from '#shared/ledger/restored.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { type Approval, denyApprovals } from './approvals.ts';
import { covers, verifyDecision } from './decision.ts';
import { grantDigest, type TaskGrant, verifyGrant } from './grant.ts';
import { denyTerms, type GrantTerms, offeredBy } from './grant-terms.ts';
import type { VerificationKeys } from './keys.ts';
import { type SealedBody, unseal } from './sealed.ts';

/** With what a grant is checked. */
export type Checking = { readonly keys: VerificationKeys; readonly people: People | undefined };

/** A grant that counts, and the change that it was given with. */
export type CheckedGrant = { readonly grant: TaskGrant; readonly origin: SealedBody };

/**
 * Believes of a grant only what is signed and sealed: that somebody who still counts approved a change, which is applied
 * by now, and with the same decision allowed just this, which the change offered. Throws AppError `seal_mismatch` or
 * `not_permitted`.
 */
export async function checkGrant(db: LedgerDb, row: GrantRow, { keys, people }: Checking): Promise<CheckedGrant> {
  const grant = verifyGrant(keys, row.envelope);
  if (!isRowOf(grant, row)) throw mismatch('the ledger tells of it otherwise than its signature');
  const { change_id: id, seal } = grant.origin;
  const kept = await findSealed(db, id);
  if (!kept || kept.seal !== seal) throw mismatch('the change that it was given with is another');
  const { body } = unseal(kept);
  if (body.change_id !== id || !isAboutSame(grant, body)) throw mismatch('it is not about the change it came with');
  if ((await findChange(db, id))?.status !== 'applied') throw denied('The change that it came with is not applied.');
  const forMs = Date.parse(grant.expires_at) - Date.parse(grant.granted_at);
  const offered = offeredBy(body);
  if (offered === null || denyTerms(offered, { ...grant, for_ms: forMs }))
    throw mismatch('it is more than was offered');
  await assertDecided(db, grant, keys);
  const denial = denyApprovals(body, [asApproval(grant)], people);
  if (denial !== null) throw denied(denial);
  return { grant, origin: body };
}

/** A grant as what it is: its giver's approval of what it covers. */
export function asApproval({ approver, as, expires_at: expiresAt }: TaskGrant): Approval {
  return { approver, as, together: 1, expiresAt, passkey: null };
}

/** What a grant allows, as it was asked for. */
export function termsIn({ granted_at, expires_at, ...grant }: TaskGrant): GrantTerms {
  const { changes, bytes, tools, paths, flags } = grant;
  return { changes, bytes, tools, paths, flags, for_ms: Date.parse(expires_at) - Date.parse(granted_at) };
}

/** Whether a row says what was signed. */
export function isRowOf(grant: TaskGrant, row: GrantRow): boolean {
  return (
    row.id === grant.id &&
    row.change_id === grant.origin.change_id &&
    row.server === grant.server &&
    row.agent === grant.agent &&
    row.blueprint === grant.blueprint &&
    row.changes === grant.changes &&
    row.bytes === grant.bytes &&
    row.granted_at === grant.granted_at &&
    row.expires_at === grant.expires_at &&
    row.issuer === grant.approver.issuer &&
    row.subject === grant.approver.subject
  );
}

function isAboutSame(grant: TaskGrant, { requester, blueprint, server, backend, target }: SealedBody): boolean {
  return (
    requester.kind === 'agent' &&
    requester.agent === grant.agent &&
    blueprint?.name === grant.blueprint &&
    server === grant.server &&
    backend === grant.backend &&
    canonical(target) === canonical(grant.target)
  );
}

/** What was decided before the ledger was restored from a backup has ended, and with it what was allowed. */
async function assertDecided(db: LedgerDb, grant: TaskGrant, keys: VerificationKeys): Promise<void> {
  const { origin, approver } = grant;
  const wanted = grantDigest(grant);
  const after = await voidDecisions(db);
  for (const { id, issuer, subject, envelope } of await decisionsOf(db, origin.change_id)) {
    if (id <= after || issuer !== approver.issuer || subject !== approver.subject) continue;
    const said = verifyDecision(keys, envelope);
    const isSame = said.approver.issuer === issuer && said.approver.subject === subject;
    if (said.verb === 'approve' && isSame && covers(said, origin) && said.grant === wanted) return;
  }
  throw mismatch('no decision was made that gives it');
}

function mismatch(why: string): AppError {
  return new AppError('seal_mismatch', `The task grant is refused: ${why}.`);
}

function denied(why: string): AppError {
  return new AppError('not_permitted', `The task grant does not count: ${why}`);
}
