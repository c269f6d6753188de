import { AppError } from '#shared/errors.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { type Capacity, capacityFor, personNow, whoNow } from './capacity.ts';
import { type Approver, type Decision, mostDecided, type ShownSet } from './decision.ts';
import { denyApproval, denyDecision, distinct } from './entitled.ts';
import { grantOver, keepGrant } from './give-grant.ts';
import { grantDigest } from './grant.ts';
import type { GrantTerms } from './grant-terms.ts';
import { assertInOrder } from './in-order.ts';
import { decisionOver, keepDecision } from './keep-decision.ts';
import type { SigningKey } from './keys.ts';
import type { RejectionCategory } from './rejection.ts';
import { type Sealed, unseal } from './sealed.ts';
import { settleDecided } from './settle-decided.ts';
import { assertSteppedUp, type StepUp, verifyStepUp } from './step-up.ts';
import type { Status } from './transitions.ts';
import { assertMayBeAskedAgain } from './versions.ts';

export type DecideContext = {
  readonly ledger: Ledger;
  readonly key: SigningKey;
  readonly now: () => Date;
  /** The list of people, by which one person is one whoever vouches for them; absent where none is kept. */
  readonly people?: (() => People) | undefined;
};

export type DecisionInput = {
  /** Each with the seal that the person was shown, in the order in which they are to be carried out. */
  readonly changes: readonly { readonly changeId: string; readonly seal: string }[];
  readonly verb: Decision['verb'];
  readonly approver: Approver;
  /** Who that is to review rules; nobody in particular unless given. */
  readonly known?: Parameters<typeof capacityFor>[0];
  readonly reason: string;
  /** Why not, in a word; only of a rejection. */
  readonly category?: RejectionCategory | undefined;
  /** The set that was shown as one. */
  readonly set?: ShownSet;
  /** What a passkey answered, where a rule asks for one; not needed to reject. */
  readonly stepUp?: StepUp | undefined;
  /** What is allowed in advance with the approval of one change; nothing unless given. */
  readonly grant?: GrantTerms | undefined;
};

/** Where a change stands after a decision. */
export type Decided = { readonly changeId: string; readonly status: Status };

/**
 * Takes a signed-in person's answer to changes, signs and keeps it, and moves all of them or none. Throws AppError
 * `not_found`, `wrong_state`, `seal_mismatch`, `expired`, `not_permitted`, `step_up_required` or `invalid_arguments`.
 */
export async function decide(context: DecideContext, input: DecisionInput): Promise<readonly Decided[]> {
  const { stepUp } = input;
  const assertion = stepUp && (await verifyStepUp(stepUp, { now: context.now(), people: context.people?.() }));
  return onceChecked(context, input, async (tx, all, made) => {
    const given = grantOver(all, made);
    const grant = given === null ? undefined : grantDigest(given);
    const answer = { ...made, at: stepUp?.statement.decided_at ?? made.at, assertion, grant };
    if (input.verb === 'approve') assertSteppedUp(all, stepUp, decisionOver(all, answer));
    await keepDecision(tx, context.key, all, answer);
    if (given) await keepGrant(tx, context.key, given);
    return settleDecided(tx, all, made);
  });
}

/** What `decide` would sign now, for a passkey to answer. Nothing is decided. Throws what `decide` does. */
export function decisionToSign(context: DecideContext, input: DecisionInput): Promise<Decision> {
  return onceChecked(context, input, async (_tx, all, { grant: _grant, ...made }) => decisionOver(all, made));
}

type Made = DecisionInput & {
  readonly as: Capacity | undefined;
  readonly people: People | undefined;
  readonly at: string;
};

/** Goes on with the changes in the same transaction, if this decision may be made of all of them. */
async function onceChecked<T extends object>(
  context: DecideContext,
  input: DecisionInput,
  then: (tx: LedgerTx, all: readonly Sealed[], made: Made) => Promise<T>,
): Promise<T> {
  assertSound(input);
  const at = context.now().toISOString();
  const people = context.people?.();
  const outcome = await context.ledger.write(async (tx): Promise<T | { readonly late: readonly string[] }> => {
    const all = await forEach(input.changes, (one) => named(input, one.changeId, () => decidable(tx, one)));
    const late = all.filter(({ body }) => body.expires_at <= at).map(({ body }) => body.change_id);
    for (const id of late) await expire(tx, id, at);
    if (late.length > 0) return { late };
    const as =
      input.known &&
      capacityFor(
        input.known,
        all.map(({ body }) => body.review),
      );
    const made = { ...input, as, people, at };
    for (const sealed of all) await named(input, sealed.body.change_id, () => assertMayDecide(tx, sealed, made));
    if (input.category === 'needs_changes') for (const { body } of all) assertMayBeAskedAgain(body);
    if (input.verb === 'approve') for (const { body } of all) await assertInOrder(tx, body, input);
    return then(tx, all, made);
  });
  if ('late' in outcome) throw tooLate(input, outcome.late);
  return outcome;
}

const clock: EventActor = { kind: 'server', server: 'approvals' };

/** One that came after another late one has ended with it. */
async function expire(tx: LedgerTx, id: string, at: string): Promise<void> {
  if ((await findChange(tx, id))?.status !== 'pending') return;
  await moveChange(tx, { id, from: 'pending', to: 'expired', at, actor: clock });
}

function assertSound({ changes, verb, category, approver }: DecisionInput): void {
  if (verb === 'approve' && category !== undefined) {
    throw new AppError('invalid_arguments', 'Only a rejection has a category.');
  }
  if (isAutomatic(approver)) throw new AppError('not_permitted', 'No person signs in under this issuer.');
  const distinct = new Set(changes.map((one) => one.changeId)).size === changes.length;
  if (changes.length >= 1 && changes.length <= mostDecided && distinct) return;
  throw new AppError('invalid_arguments', `One decision is over 1 to ${mostDecided} changes, each named once.`);
}

/** One after the other: order is part of a decision, and a transaction does one thing at a time. */
async function forEach<T, U>(items: readonly T[], what: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await what(item));
  return results;
}

/** Of several changes, an error says which one it is about. */
async function named<T>({ changes }: DecisionInput, id: string, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    if (changes.length === 1 || !(error instanceof AppError)) throw error;
    const { code, message, next } = error;
    throw new AppError(code, `Nothing was decided, because of ${id}: ${message}`, {
      cause: error,
      ...(next === undefined ? {} : { next }),
    });
  }
}

function tooLate({ changes }: DecisionInput, late: readonly string[]): AppError {
  if (changes.length === 1) return new AppError('expired', 'The change expired before it was decided.');
  return new AppError('expired', `Nothing was decided: ${late.join(', ')} expired before that.`);
}

async function decidable(tx: LedgerTx, shown: DecisionInput['changes'][number]): Promise<Sealed> {
  const row = await findChange(tx, shown.changeId);
  const kept = await findSealed(tx, shown.changeId);
  if (!row) throw new AppError('not_found', 'There is no such change.');
  if (row.status === 'superseded') {
    throw new AppError('wrong_state', 'Its agent proposed a newer version, which takes its place.', {
      next: 'Look at the change again: it names the newer version.',
    });
  }
  if (row.status !== 'pending' || !kept) {
    throw new AppError('wrong_state', `The change is ${row.status}, not waiting for a decision.`);
  }
  if (kept.seal !== shown.seal) {
    throw new AppError('seal_mismatch', 'The decision names another seal than the change has.', {
      next: 'Look at the change again and decide on what it shows now.',
    });
  }
  return unseal(kept);
}

async function assertMayDecide(
  tx: LedgerTx,
  { body }: Sealed,
  made: DecisionInput & { readonly as: Capacity | undefined; readonly people: People | undefined },
): Promise<void> {
  const { verb, approver, as, people, changes } = made;
  const who = whoNow({ approver, as }, people) ?? { approver, person: null, groups: [] };
  const denial =
    verb === 'approve' ? denyApproval(body, who, { together: changes.length, people }) : denyDecision(body, who);
  if (denial) throw new AppError('not_permitted', denial);
  const before = await decisionsOf(tx, body.change_id);
  const isMine = (one: Approver): boolean => distinct([who, personNow(one, people)]) === 1;
  if (before.some(isMine)) {
    throw new AppError('wrong_state', 'You have decided this change already; it waits for others.');
  }
}
