import type { Approver } from './decision.ts';
import type { Requester, SealedBody } from './sealed.ts';

/** The issuer of people who signed in at this machine's own console. */
export const localIssuer = 'countersign:local';

/**
 * Why a person may not approve a change, or null when they may. Asked by the approvals server before it signs, and by
 * the executor again before it writes. `together`: how many changes are approved by the same decision.
 */
export function denyApproval(body: SealedBody, approver: Approver, together = 1): string | null {
  if (!body.review.by.some((who) => who === 'local' && approver.issuer === localIssuer)) {
    return 'The review rule of this change names other approvers.';
  }
  const own = isOwn(body.requester, approver);
  // To put back one's own agent's work is no risk to anybody; to undo what others did since needs one more person.
  if (own && body.flags.some((flag) => flag.code === 'overwrites_others')) {
    return 'This restore overwrites what others did since; another person than the one who asked has to approve it.';
  }
  return denyTogether(body.requester, approver, together);
}

/** Restores that their requester may approve alone in one decision; more are a large intervention. */
const mostAlone = 20;

/** Why the one who asked for so many restores may not approve them in one decision; null when they may. */
export function denyTogether(requester: Requester, approver: Approver, together: number): string | null {
  return isOwn(requester, approver) && together > mostAlone
    ? `More than ${mostAlone} restores at once have to be approved by another person than the one who asked for them.`
    : null;
}

function isOwn(requester: Requester, { issuer, subject }: Approver): boolean {
  return requester.kind === 'person' && requester.issuer === issuer && requester.subject === subject;
}

/** Whether these people are enough. One person counts once. */
export function meetsQuorum(body: SealedBody, approvers: readonly Approver[]): boolean {
  const people = new Set(approvers.map((one) => JSON.stringify([one.issuer, one.subject])));
  return people.size >= body.review.quorum;
}
