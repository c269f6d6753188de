import type { Status } from '#shared/changes/transitions.ts';

/** What an agent does about a change in each state. */
export const nextSteps: Readonly<Record<Status, string>> = {
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
