import { AppError } from '#shared/errors.ts';
import { findSet, findSetSeal, membersOf } from '#shared/ledger/sets.ts';
import { personNow } from './capacity.ts';
import { type DecideContext, type Decided, type DecisionInput, decide } from './decide.ts';
import type { Approver, Decision } from './decision.ts';
import { denyTogether } from './entitled.ts';
import { unsealSet } from './set.ts';

type SetInput = {
  readonly setId: string;
  /** The set's seal, as the person was shown it. */
  readonly seal: string;
  readonly verb: Decision['verb'];
  readonly approver: Approver;
  readonly known?: DecisionInput['known'];
  readonly reason: string;
  readonly category?: DecisionInput['category'];
  readonly stepUp?: DecisionInput['stepUp'];
};

/** Takes one decision over a set. Throws what `decisionOnSet` and `decide` do: all are decided, or none. */
export async function decideSet(context: DecideContext, input: SetInput): Promise<readonly Decided[]> {
  return decide(context, await decisionOnSet(context, input));
}

/**
 * The decision over all restores of a set that still wait for one, in their order. Throws AppError `not_found`,
 * `wrong_state`, `seal_mismatch` or `not_permitted`.
 */
export async function decisionOnSet(context: DecideContext, input: SetInput): Promise<DecisionInput> {
  const { setId, seal, verb, approver, reason, category, known, stepUp } = input;
  const people = context.people?.();
  if (!(await findSet(context.ledger.db, setId))) throw new AppError('not_found', 'There is no such set.');
  const kept = await findSetSeal(context.ledger.db, setId);
  if (!kept) throw new AppError('wrong_state', 'The set is still being planned.');
  if (kept.seal !== seal) {
    throw new AppError('seal_mismatch', 'The decision names another seal than the set has.', {
      next: 'Look at the set again and decide on what it shows now.',
    });
  }
  const { members, requester } = unsealSet(kept);
  const denial =
    verb === 'approve'
      ? denyTogether({ kind: 'person', ...requester }, personNow(approver, people), members.length, people)
      : null;
  if (denial) throw new AppError('not_permitted', denial);
  const rows = await membersOf(context.ledger.db, setId);
  const waiting = new Set(rows.filter(({ status }) => status === 'pending').map(({ id }) => id));
  const changes = members
    .filter((member) => waiting.has(member.change_id))
    .map((member) => ({ changeId: member.change_id, seal: member.seal }));
  if (changes.length === 0) throw new AppError('wrong_state', 'Nothing of this set waits for a decision.');
  const said = { verb, approver, reason, category, stepUp, ...(known && { known }) };
  return { changes, ...said, set: { id: setId, seal } };
}
