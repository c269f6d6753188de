import { findChange } from '#shared/ledger/changes.ts';
import { decisionsOf, insertDecision } from '#shared/ledger/decisions.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { isStopped } from '#shared/ledger/stops.ts';
import type { People } from '#shared/people/people.ts';
import { type AutomaticBy, issuedBy, signAutomatic } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import type { SigningKey } from './keys.ts';
import { needsPerson } from './needs-person.ts';
import { goesByReviews } from './reviewed.ts';
import { type Sealed, unseal } from './sealed.ts';
import { approveDecided } from './settle-decided.ts';

/** What decides a change, or null when nothing of this kind does; `expires_at`: where that ends before the change does. */
export type Decider = (
  tx: LedgerTx,
  sealed: Sealed,
  at: Date,
) => Promise<{ readonly by: AutomaticBy; readonly expires_at?: string } | null>;

export type AutomaticContext = {
  readonly ledger: Ledger;
  readonly key: SigningKey;
  readonly now: () => Date;
  readonly people?: (() => People) | undefined;
  /** Asked in order; the first that answers decides. */
  readonly deciders: readonly Decider[];
};

/** Who is on record as having made an automatic decision. */
export const automaticActor = { kind: 'server', server: 'approvals' } as const;

/**
 * Approves a change that a rule or a task grant decides: evaluates, signs, keeps and moves in one transaction. What
 * nothing decides is left as it is, for people. Answers whether it was decided.
 */
export async function decideAutomatically(context: AutomaticContext, id: string): Promise<boolean> {
  const { ledger, key, deciders } = context;
  const now = context.now();
  const at = now.toISOString();
  return ledger.write(async (tx) => {
    const sealed = await waiting(tx, id, at);
    if (!sealed) return false;
    for (const decider of deciders) {
      const decided = await decider(tx, sealed, now);
      if (decided === null) continue;
      const { by, expires_at = sealed.body.expires_at } = decided;
      await keep(tx, key, sealed, { by, decided_at: at, expires_at });
      await approveDecided(tx, sealed.body, { actor: automaticActor, people: context.people?.(), at });
      return true;
    }
    return false;
  });
}

/** A change that could be decided without a person now; null for any other. */
async function waiting(tx: LedgerTx, id: string, at: string): Promise<Sealed | null> {
  const row = await findChange(tx, id);
  const kept = await findSealed(tx, id);
  if (row?.status !== 'pending' || !kept) return null;
  const sealed = unseal(kept);
  const isLeftToPeople = needsPerson(sealed.body) !== null && !goesByReviews(sealed.body);
  if (sealed.body.expires_at <= at || isLeftToPeople) return null;
  // While a person has stopped the agent, people decide.
  if (await isStopped(tx, id)) return null;
  return (await decisionsOf(tx, id)).some(isAutomatic) ? null : sealed;
}

async function keep(
  tx: LedgerTx,
  key: SigningKey,
  { seal, body }: Sealed,
  made: { readonly by: AutomaticBy; readonly decided_at: string; readonly expires_at: string },
): Promise<void> {
  const { by, decided_at, expires_at } = made;
  const change = { change_id: body.change_id, seal };
  const envelope = signAutomatic(key, { ...change, decided_at, expires_at, by });
  await insertDecision(tx, { ...change, verb: 'approve', ...issuedBy(by), decided_at, expires_at, envelope });
  await appendEvent(tx, {
    at: decided_at,
    type: 'decision.made',
    changeId: body.change_id,
    actor: automaticActor,
    body: { verb: 'approve', seal, by },
  });
}
