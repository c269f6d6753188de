import { AppError } from '#shared/errors.ts';
import type { Assertion } from '#shared/passkeys/assertion.ts';
import { isOver, verifyAssertion } from '#shared/passkeys/verify-assertion.ts';
import { type Passkey, type People, passkeysInUse, personOf } from '#shared/people/people.ts';
import { challengeOf, type Decision } from './decision.ts';
import type { SealedReview } from './review.ts';
import type { Sealed } from './sealed.ts';

/** Whether every approval under a rule needs a passkey of its approver. */
export function asksForPasskey({ step_up }: Pick<SealedReview, 'step_up'>): boolean {
  return step_up === 'passkey';
}

/** A statement that was made to be signed, and what a passkey answered to it. */
export type StepUp = { readonly statement: Decision; readonly assertion: Assertion };

/** For how long a statement that was made to be signed can be. */
export const signingMs = 120_000;

/**
 * The assertion, once it is known to be over the statement, by a passkey that its approver has now, and in time. Throws
 * AppError `expired` or `not_permitted`.
 */
export async function verifyStepUp(
  { statement, assertion }: StepUp,
  { now, people }: { readonly now: Date; readonly people: People | undefined },
): Promise<Assertion> {
  if (now.getTime() - Date.parse(statement.decided_at) >= signingMs) {
    throw new AppError('expired', 'It took too long to sign: nothing was approved.', { next: 'Approve it again.' });
  }
  if (await assertedWith({ ...statement, assertion }, people)) return assertion;
  throw new AppError('not_permitted', 'That passkey did not sign this, or is not one of yours: nothing was approved.');
}

/** Throws AppError `step_up_required`, or `wrong_state` when what was signed is not what would be decided by now. */
export function assertSteppedUp(all: readonly Sealed[], stepUp: StepUp | undefined, decision: Decision): void {
  if (stepUp === undefined && all.some(({ body }) => asksForPasskey(body.review))) {
    throw new AppError('step_up_required', 'The review rule of this change asks for your passkey.');
  }
  if (stepUp !== undefined && challengeOf(stepUp.statement) !== challengeOf(decision)) {
    throw new AppError('wrong_state', 'What was to be signed is not so any more.', { next: 'Approve it again.' });
  }
}

/**
 * The passkey of the approver, as the list of people has it now, that was asserted over exactly this decision; null when
 * there is none.
 */
export async function assertedWith(decision: Decision, people: People | undefined): Promise<Passkey | null> {
  const { assertion, approver } = decision;
  const person = assertion && people && personOf(people, approver);
  const passkey = person && passkeysInUse(person).find(({ id }) => id === assertion?.id);
  if (!assertion || !passkey) return null;
  return (await verifyAssertion(assertion, challengeOf(decision), passkey)) ? passkey : null;
}

/** Why an approval lacks the passkey that a rule asks for, by the list of people as it is now; null when it does not. */
export function denyStepUp(
  review: Pick<SealedReview, 'step_up'>,
  approval: { readonly passkey: Passkey | null; readonly person: string | null },
  people: People | undefined,
): string | null {
  if (!asksForPasskey(review)) return null;
  const { passkey, person } = approval;
  if (passkey === null) return 'An approval of this change lacks a good passkey, which its review rule asks for.';
  const listed = person === null ? undefined : people?.all.get(person);
  const still = listed && passkeysInUse(listed).some((one) => isSame(one, passkey));
  return still ? null : 'The passkey of an approval is not in the list of people any more.';
}

function isSame(one: Passkey, other: Passkey): boolean {
  return one.id === other.id && one.publicKey === other.publicKey && one.origin === other.origin;
}

/** What can be said of the passkey of an approval afterwards. `unchecked`: there is no list of people to check it by. */
export type PasskeyCheck = 'holds' | 'missing' | 'other' | 'unknown' | 'unchecked';

/** Checks an approval by all passkeys that its approver had, those that were retired since included. */
export async function checkPasskey(decision: Decision, people: People | undefined): Promise<PasskeyCheck> {
  const { assertion, approver } = decision;
  if (!assertion) return 'missing';
  const challenge = challengeOf(decision);
  if (!isOver(assertion, challenge)) return 'other';
  if (people === undefined) return 'unchecked';
  const passkey = personOf(people, approver)?.passkeys.find(({ id }) => id === assertion.id);
  if (!passkey) return 'unknown';
  return (await verifyAssertion(assertion, challenge, passkey)) ? 'holds' : 'other';
}
