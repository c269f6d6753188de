import { findEarlier, latersOf } from '#shared/ledger/chains.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { type DecisionRow, decisionsOf } from '#shared/ledger/decisions.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { personNow, whoNow } from './capacity.ts';
import { type Approver, capacitySaid, type Decision } from './decision.ts';
import { meetsOwners, meetsQuorum } from './entitled.ts';
import type { RejectionCategory } from './rejection.ts';
import { type Sealed, type SealedBody, unseal } from './sealed.ts';
import { goneAhead, type Status } from './transitions.ts';

type Made = {
  readonly verb: Decision['verb'];
  readonly approver: Approver;
  readonly reason: string;
  readonly category?: RejectionCategory | undefined;
  readonly people: People | undefined;
  readonly at: string;
};

/** Moves changes as a decision that is kept says, and answers where each stands then, in order. */
export async function settleDecided(
  tx: LedgerTx,
  all: readonly Sealed[],
  made: Made,
): Promise<{ readonly changeId: string; readonly status: Status }[]> {
  // The rejection of one ends what comes after it, which would then not be there to be rejected.
  for (const { body } of made.verb === 'reject' ? all.toReversed() : all) {
    if (made.verb === 'reject') await reject(tx, body, made);
    else await approveDecided(tx, body, { ...made, actor: { kind: 'person', ...made.approver } });
  }
  const stands: { changeId: string; status: Status }[] = [];
  for (const { body } of all) {
    const changeId = body.change_id;
    stands.push({ changeId, status: (await findChange(tx, changeId))?.status ?? 'pending' });
  }
  return stands;
}

function reject(tx: LedgerTx, { change_id: id }: SealedBody, { approver, reason, category, at }: Made): Promise<void> {
  const actor: EventActor = { kind: 'person', ...approver };
  return moveChange(tx, { id, from: 'pending', to: 'rejected', at, actor, note: reason, category });
}

/**
 * Approves a change that enough people signed for, or that was decided without them, unless it is already or what it
 * comes after is not yet.
 */
export async function approveDecided(
  tx: LedgerTx,
  body: SealedBody,
  made: { readonly actor: EventActor; readonly people: People | undefined; readonly at: string },
): Promise<void> {
  const id = body.change_id;
  if ((await findChange(tx, id))?.status !== 'pending') return;
  const earlier = await findEarlier(tx, id);
  if (earlier && !(goneAhead as readonly Status[]).includes(earlier.status)) return;
  // One over several changes ends with the first of them.
  const approvals = (await decisionsOf(tx, id)).filter((one) => one.verb === 'approve' && one.expires_at > made.at);
  if (!approvals.some(isAutomatic) && !isEnough(body, approvals, made.people)) return;
  await moveChange(tx, { id, from: 'pending', to: 'approved', at: made.at, actor: made.actor });
  // Enough may have signed for a later one already, which waited for this.
  for (const later of await latersOf(tx, id)) {
    const kept = later.status === 'pending' ? await findSealed(tx, later.id) : undefined;
    if (kept) await approveDecided(tx, unseal(kept).body, made);
  }
}

/** Whether these approvals of people are what the rule of a change asks for. */
function isEnough({ review }: SealedBody, approvals: readonly DecisionRow[], people: People | undefined): boolean {
  const signed = approvals.map((one) => personNow(one, people));
  if (signed.length === 0 || !meetsQuorum(review, signed)) return false;
  const whole = approvals.flatMap((one) => whoNow({ approver: one, as: capacitySaid(one.envelope) }, people) ?? []);
  return meetsOwners(review, whole, people);
}
