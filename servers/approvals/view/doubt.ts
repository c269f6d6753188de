import { type Doubt, doubtOf } from '#shared/changes/settle-by-person.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { reveal } from './reveal.ts';
import type { Found } from './sealed.ts';

/** What a person needs to settle a change that is in doubt; null for any other. Every text is safe to look at. */
export async function doubtView(db: LedgerDb, id: string, sealed: Found['sealed']) {
  const doubt = await doubtOf(db, id);
  return doubt === null ? null : viewOf(id, doubt, sealed);
}

function viewOf(id: string, { name, attempt, begunAt, settleFrom, seal, answered }: Doubt, sealed: Found['sealed']) {
  const body = typeof sealed === 'object' ? sealed.body : null;
  return {
    step: reveal(name),
    attempt,
    since: begunAt,
    /** Before this nobody may settle it by hand: the request may still be under way. */
    settle_from: settleFrom,
    answered,
    seal,
    looked_for: `What the step would have made, with the mark of this change (it names ${id}) and by our own account.`,
    /** Where to look: the system, and what the change writes to there. */
    where: body === null ? [] : [body.backend, ...body.touches].map(reveal),
  };
}
