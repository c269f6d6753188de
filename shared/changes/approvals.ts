import type { Passkey, People } from '#shared/people/people.ts';
import { type Capacity, type Who, whoNow } from './capacity.ts';
import type { Approver } from './decision.ts';
import { denyApproval, meetsOwners, meetsQuorum } from './entitled.ts';
import type { SealedBody } from './sealed.ts';
import { denyStepUp } from './step-up.ts';

/** A signed approval of a change; `together` is how many changes it is over. */
export type Approval = {
  readonly approver: Approver;
  readonly as?: Capacity | undefined;
  readonly together: number;
  readonly expiresAt: string;
  /** With which of their passkeys; null when with none that holds. */
  readonly passkey: Passkey | null;
};

const notEnough = 'Not enough signed approvals of this very change.';
const unowned = 'Not every file of this change was approved by one of its code owners.';

/** Why approvals are not what a rule asks for, by what is known of people now; null when they are. */
export function denyApprovals(
  body: Pick<SealedBody, 'review' | 'requester' | 'sponsor' | 'flags'>,
  approvals: readonly Approval[],
  people: People | undefined,
): string | null {
  const counted: Who[] = [];
  const denials: string[] = [];
  for (const approval of approvals) {
    const who = whoNow(approval, people);
    const denial =
      who &&
      (denyApproval(body, who, { together: approval.together, people }) ??
        denyStepUp(body.review, { ...who, passkey: approval.passkey }, people));
    if (who === null) denials.push('Somebody who approved this change is not in the list of people any more.');
    else if (denial === null) counted.push(who);
    else denials.push(denial);
  }
  if (!meetsQuorum(body.review, counted)) return denials[0] ?? notEnough;
  return meetsOwners(body.review, counted, people) ? null : (denials[0] ?? unowned);
}
