import { canonical } from '#shared/crypto/canonical.ts';
import { appendEvent } from './events.ts';
import type { LedgerTx } from './schema.ts';

/** States in which a change goes on by itself; in others the note says why it is where it is. */
const goesOn = ['planning', 'approved', 'dispatched'] as const;

/**
 * Notes why a change that this executor holds waits, until its next move clears it. What was said once of a change is
 * not recorded again, so that a backend that is down for long does not fill the record.
 */
export async function noteDelay(
  tx: LedgerTx,
  delay: { id: string; executor: string; server: string; note: string; at: Date },
): Promise<void> {
  const { id, note } = delay;
  const held = await tx
    .updateTable('changes')
    .set({ note })
    .where('id', '=', id)
    .where('claimed_by', '=', delay.executor)
    .where('status', 'in', [...goesOn])
    .executeTakeFirst();
  if (held.numUpdatedRows !== 1n) return;
  const event = { type: 'change.delayed', changeId: id, body: { note } };
  const said = await tx
    .selectFrom('events')
    .select('seq')
    .where('change_id', '=', id)
    .where('type', '=', event.type)
    .where('body', '=', canonical(event.body))
    .executeTakeFirst();
  if (said) return;
  await appendEvent(tx, { ...event, at: delay.at.toISOString(), actor: { kind: 'server', server: delay.server } });
}
