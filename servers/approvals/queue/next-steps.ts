import type { RejectionCategory } from '#shared/changes/rejection.ts';
import type { Status } from '#shared/changes/transitions.ts';

/** What an agent does about a change, from what is known of it. */
export function nextStep(change: {
  readonly id: string;
  readonly status: Status;
  readonly category: RejectionCategory | null;
  /** Its newer version, if there is one. */
  readonly newer?: string | undefined;
  /** Whether something that it made is not signed as it is to be. */
  readonly unsigned?: boolean;
  /** The commit whose review on GitHub approves it, if one does. */
  readonly reviewed?: string | null;
}): string {
  const { id, status, category, newer, unsigned = false, reviewed = null } = change;
  if (newer !== undefined) return `Its newer version is ${newer}: look at that one with get_change.`;
  if (status === 'applied' && unsigned) return notSigned;
  if (status === 'pending' && reviewed !== null) return waitsForReview(reviewed);
  return status === 'rejected' && category !== null ? afterNo[category](id) : nextSteps[status];
}

const notSigned =
  'It is done, but not signed as it is to be. Do not build on it: tell a person, and undo it with propose_restore unless they say otherwise.';

const waitsForReview = (head: string): string =>
  `It waits for an approving review on GitHub of exactly ${head}. Do not push to that branch; go on with other work, or end your turn: it is carried out when it is reviewed, without you.`;

/** What somebody does about a rejection of each kind. */
const afterNo: Readonly<Record<RejectionCategory, (id: string) => string>> = {
  wrong_target: () =>
    'A person said no: it is the wrong place for this. Read `rejection`, and propose it where it belongs, without supersedes; or stop.',
  not_wanted: () => 'A person said no: this is not wanted. Read `rejection`, and do not propose it in another form.',
  incorrect: (id) =>
    `A person said no: it is not correct. Read \`rejection\`; propose it again only corrected, with supersedes: ${id}.`,
  unsafe: (id) =>
    `A person said no: it is not safe. Read \`rejection\`; propose again only what is, with supersedes: ${id}, or stop.`,
  too_large: (id) =>
    `A person said no: it is too much at once. Propose a smaller one, with supersedes: ${id}, and the rest after it.`,
  needs_changes: (id) =>
    `A person asks for a new version. Read \`rejection\`, do what it asks for, and propose it again with the same tool and supersedes: ${id}.`,
  other: () => nextSteps.rejected,
};

const nextSteps: Readonly<Record<Status, string>> = {
  planning: 'Its plan is being made. Call wait_for_change with this id.',
  pending:
    'A person has to decide. Call wait_for_change with this id, go on with other work, or end your turn: it is carried out when it is approved, without you.',
  approved: 'It is approved and about to be carried out. Call wait_for_change with this id.',
  dispatched: 'It is being carried out. Call wait_for_change with this id.',
  unknown:
    'An answer of the system behind the server was lost, and it is being looked into. Do not propose it again; look at it later with get_change.',
  partial:
    'Some steps are done and the rest, in `left`, could not be. Read `reason` and `receipts`; a person can resume it, and propose_restore undoes what was done.',
  compared: 'It was only compared with what is there; nothing waits and nothing was written.',
  applied: 'It is done. Go on with your work; propose_restore would undo it.',
  rejected: 'A person said no. Read `reason`: propose something else, or stop. Do not propose the same again.',
  withdrawn: 'It was taken back, and nothing was done.',
  expired: 'Nobody decided or carried it out in time, and nothing was done. Propose it again if it is still wanted.',
  superseded: 'A newer version took its place, and nothing of this one was done.',
  stale: 'What it would have written has changed, and nothing was done. Read it again and propose anew.',
  revoked: 'It may not be carried out any more, and nothing was done. Read `reason`, and ask the operator.',
  failed: 'It could not be done, and nothing was. Read `reason` before you propose anything again.',
};
