import type { Approver } from './decision.ts';
import type { SealedBody } from './sealed.ts';

/** The issuer of people who signed in at this machine's own console. */
export const localIssuer = 'countersign:local';

/**
 * Why a person may not approve a change, or null when they may. Asked by the approvals server before it signs, and by
 * the executor again before it writes.
 */
export function denyApproval(body: SealedBody, approver: Approver): string | null {
  if (!body.review.by.some((who) => who === 'local' && approver.issuer === localIssuer)) {
    return 'The review rule of this change names other approvers.';
  }
  const { requester } = body;
  const own =
    requester.kind === 'person' && requester.issuer === approver.issuer && requester.subject === approver.subject;
  // To put back one's own agent's work is no risk to anybody; to undo what others did since needs one more person.
  if (own && body.flags.some((flag) => flag.code === 'overwrites_others')) {
    return 'This restore overwrites what others did since; another person than the one who asked has to approve it.';
  }
  return null;
}

/** Whether these people are enough. One person counts once. */
export function meetsQuorum(body: SealedBody, approvers: readonly Approver[]): boolean {
  const people = new Set(approvers.map((one) => JSON.stringify([one.issuer, one.subject])));
  return people.size >= body.review.quorum;
}
