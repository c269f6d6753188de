import { canonical } from '#shared/crypto/canonical.ts';
import { appendEvent, type EventActor } from './events.ts';
import type { LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** Somebody: by their key in the list of people, or, for who is not on it, as whoever vouches for them names them. */
export type Assignee = { readonly person: string } | { readonly issuer: string; readonly subject: string };

/** Who is to look at a change, as somebody said; null for nobody in particular. */
export type Assignment = {
  readonly id: number;
  readonly assignee: Assignee | null;
  readonly actor: EventActor;
  readonly at: Timestamp;
};

/** The type of the event that tells of one. */
export const assignedEvent = 'assignment.made';

/** Notes who is to look at a change that waits. Answers the number of the note. */
export async function insertAssignment(
  tx: LedgerTx,
  made: { changeId: string; assignee: Assignee | null; actor: EventActor; at: Timestamp },
): Promise<number> {
  const { changeId, assignee, actor, at } = made;
  const { id } = await tx
    .insertInto('assignments')
    .values({ change_id: changeId, assignee: assignee && canonical(assignee), actor: canonical(actor), at })
    .returning('id')
    .executeTakeFirstOrThrow();
  await appendEvent(tx, { at, type: assignedEvent, changeId, actor, body: { assignment: id, assignee } });
  return id;
}

/** What was last said of each of the changes; nothing for those of which nothing was. */
export async function assignmentsOf(
  db: LedgerDb,
  changeIds: readonly string[],
): Promise<ReadonlyMap<string, Assignment>> {
  if (changeIds.length === 0) return new Map();
  const last = db
    .selectFrom('assignments')
    .select((eb) => eb.fn.max('id').as('id'))
    .where('change_id', 'in', [...changeIds])
    .groupBy('change_id');
  const rows = await db.selectFrom('assignments').selectAll().where('id', 'in', last).execute();
  return new Map(
    rows.map(({ id, change_id, assignee, actor, at }) => [
      change_id,
      { id, assignee: assignee === null ? null : JSON.parse(assignee), actor: JSON.parse(actor), at },
    ]),
  );
}
