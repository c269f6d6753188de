import { sql } from 'kysely';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { appendEvent, type EventActor } from './events.ts';
import { endGrantsOf } from './grants.ts';
import type { LedgerDb, LedgerTx, Timestamp } from './schema.ts';

/** What is stopped: everything, or one server, agent or tool by its name. */
export type StopScope =
  | { readonly scope: 'all'; readonly value: null }
  | { readonly scope: 'server' | 'agent' | 'tool'; readonly value: string };

export type Stop = StopScope & {
  readonly id: number;
  readonly reason: string;
  readonly actor: EventActor;
  readonly at: Timestamp;
};

/** Holds for a row of `changes` whose writes must not start now. A person's restore has no agent to be stopped by. */
export const stopped = sql<boolean>`exists (
  select 1 from stops s
  where not exists (select 1 from stop_ends e where e.stop_id = s.id)
    and (s.scope = 'all'
      or (s.scope = 'server' and s.value = changes.server)
      or (s.scope = 'agent' and s.value = changes.agent)
      or (s.scope = 'tool' and s.value = changes.tool)))`;

/** The stops in force, oldest first. */
export async function activeStops(db: LedgerDb): Promise<readonly Stop[]> {
  const rows = await db
    .selectFrom('stops')
    .selectAll()
    .where('id', 'not in', (ended) => ended.selectFrom('stop_ends').select('stop_id'))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, actor: JSON.parse(row.actor) }) as Stop);
}

/** Puts a stop in force from the commit of this transaction on. Answers its number. */
export async function insertStop(
  tx: LedgerTx,
  stop: StopScope & { reason: string; actor: EventActor; at: Timestamp },
): Promise<number> {
  const { scope, value, reason, actor, at } = stop;
  const { id } = await tx
    .insertInto('stops')
    .values({ scope, value, reason, at, actor: canonical(actor) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await appendEvent(tx, { at, type: 'stop.begun', changeId: null, actor, body: { stop: id, scope, value, reason } });
  await endGrantsOf(tx, stop, { why: 'stopped', change_id: null, note: reason, actor, at });
  return id;
}

/** Ends a stop. Throws AppError `not_found` when there is none of that number in force. */
export async function endStop(
  tx: LedgerTx,
  end: { id: number; reason: string; actor: EventActor; at: Timestamp },
): Promise<void> {
  const { id, reason, actor, at } = end;
  const active = await activeStops(tx);
  if (!active.some((stop) => stop.id === id)) {
    throw new AppError('not_found', 'There is no such stop in force.', { next: 'List the stops.' });
  }
  await tx
    .insertInto('stop_ends')
    .values({ stop_id: id, reason, at, actor: canonical(actor) })
    .execute();
  await appendEvent(tx, { at, type: 'stop.ended', changeId: null, actor, body: { stop: id, reason } });
}

/** Whether the writes of a change must not start now. */
export async function isStopped(db: LedgerDb, changeId: string): Promise<boolean> {
  const row = await db.selectFrom('changes').select('id').where('id', '=', changeId).where(stopped).executeTakeFirst();
  return row !== undefined;
}
