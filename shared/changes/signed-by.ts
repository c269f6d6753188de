import { AppError } from '#shared/errors.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { appendEvent, type EventActor } from '#shared/ledger/events.ts';
import { endGrant, lastingGrants } from '#shared/ledger/grants.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';
import { signersOf } from './envelope.ts';
import type { Status } from './transitions.ts';

/** States in which an approval is still to be verified: what is carried out, or could be taken up again. */
const underApproval = ['pending', 'approved', 'dispatched', 'unknown', 'partial'] as const satisfies Status[];

/** A change that an approval under a key still counts for. */
export type SignedBy = { readonly change_id: string; readonly status: (typeof underApproval)[number] };

/**
 * The changes that could not be carried out, or taken up again, if a key did not count any more, in order of age: what people allowed
 * in advance counts by the key of that, too.
 */
export async function signedBy(db: LedgerDb, keyId: string): Promise<readonly SignedBy[]> {
  const rows = await db
    .selectFrom('changes')
    .innerJoin('decisions', 'decisions.change_id', 'changes.id')
    .select(['changes.id', 'changes.status', 'decisions.envelope'])
    .where('changes.status', 'in', underApproval)
    .where('decisions.verb', '=', 'approve')
    .orderBy('changes.id')
    .execute();
  const allowed = await db
    .selectFrom('changes')
    .innerJoin('grant_uses', 'grant_uses.change_id', 'changes.id')
    .innerJoin('grants', 'grants.id', 'grant_uses.grant_id')
    .select(['changes.id', 'changes.status', 'grants.envelope'])
    .where('changes.status', 'in', underApproval)
    .orderBy('changes.id')
    .execute();
  const all = [...rows, ...allowed].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const under = all.filter(({ envelope }) => signersOf(envelope).includes(keyId));
  const found = new Map(under.map(({ id, status }) => [id, status as SignedBy['status']]));
  return [...found].map(([change_id, status]) => ({ change_id, status }));
}

/** Nothing would come under them any more. */
async function endGrantsSignedBy(
  tx: LedgerTx,
  keyId: string,
  { at, actor }: { readonly at: string; readonly actor: EventActor },
): Promise<void> {
  const note = 'The key that it was signed with was retired.';
  for (const grant of await lastingGrants(tx, 'all', at)) {
    if (signersOf(grant.envelope).includes(keyId))
      await endGrant(tx, grant, { why: 'revoked', change_id: null, note, actor, at });
  }
}

const note = 'The key that its approval was signed with was retired.';

/**
 * Ends what waits under approvals of a key, so that the key can be retired: what was approved is revoked, and what waits for
 * more approvals is taken back. A partial change stays, and cannot be taken up again. Throws AppError `wrong_state` while
 * one is being carried out or in doubt. Answers the changes, each with where it stood.
 */
export async function endSignedBy(
  ledger: Ledger,
  { keyId, at, actor }: { readonly keyId: string; readonly at: string; readonly actor: EventActor },
): Promise<readonly SignedBy[]> {
  return ledger.write(async (tx) => {
    const all = await signedBy(tx, keyId);
    const busy = all.filter(({ status }) => status === 'dispatched' || status === 'unknown');
    if (busy.length > 0) {
      const ids = busy.map(({ change_id: id, status }) => `${id} (${status})`).join(', ');
      throw new AppError('wrong_state', `Nothing was retired: this is under way under the key ${keyId}: ${ids}.`, {
        next: 'Wait until it has ended; a person can settle what is unknown.',
      });
    }
    for (const { change_id: id, status } of all) {
      if (status === 'approved') await moveChange(tx, { id, from: status, to: 'revoked', at, actor, note });
      if (status === 'pending') await moveChange(tx, { id, from: status, to: 'withdrawn', at, actor, note });
    }
    await endGrantsSignedBy(tx, keyId, { at, actor });
    await appendEvent(tx, { at, type: 'key.retired', changeId: null, actor, body: { key: keyId } });
    return all;
  });
}
