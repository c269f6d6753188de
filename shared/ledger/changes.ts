import type { RejectionCategory } from '#shared/changes/rejection.ts';
import { statuses as allStatuses, isLost, type Status } from '#shared/changes/transitions.ts';
import { AppError } from '#shared/errors.ts';
import { latersOf } from './chains.ts';
import { type ChangeFilter, conditionsOf, statusesOf } from './change-filter.ts';
import { appendEvent, type EventActor } from './events.ts';
import { keepKey, rejectTakenKey } from './idempotency.ts';
import { followQuarantine } from './quarantine.ts';
import type { ChangesTable, LedgerDb, LedgerTx, Timestamp } from './schema.ts';

export type ChangeRow = ChangesTable;

/** What a change is when it enters the ledger, still without a plan. */
export type NewChange = Omit<ChangeRow, 'status' | 'updated_at' | 'note' | 'claimed_by' | 'lease_until'>;

/** Enters a change as `planning`. */
export async function insertChange(tx: LedgerTx, change: NewChange, actor: EventActor): Promise<void> {
  await tx
    .insertInto('changes')
    .values({
      ...change,
      status: 'planning',
      updated_at: change.created_at,
      note: null,
      claimed_by: null,
      lease_until: null,
    })
    .execute()
    .catch(rejectTakenKey);
  const { agent, blueprint, idempotency_key: key } = change;
  if (agent !== null && blueprint !== null && key !== null) await keepKey(tx, { agent, blueprint }, key, change.id);
  await appendEvent(tx, {
    at: change.created_at,
    type: 'change.asked',
    changeId: change.id,
    actor,
    body: { server: change.server, tool: change.tool, fingerprint: change.fingerprint },
  });
}

/**
 * Moves a change, and records it: first the event, because the ledger refuses a move that its last event does not tell
 * of. Its constraints decide, too, whether the move is legal; this throws AppError `wrong_state` when the change is not
 * where the caller believes it to be.
 */
export async function moveChange(
  tx: LedgerTx,
  move: {
    id: string;
    from: Status;
    to: Status;
    at: Timestamp;
    actor: EventActor;
    note?: string | null;
    /** Why a person said no. */
    category?: RejectionCategory | undefined;
  },
): Promise<void> {
  const { id, from, to, at, actor, note = null, category } = move;
  const there = tx.selectFrom('changes').select('id').where('id', '=', id).where('status', '=', from);
  if (!(await there.executeTakeFirst())) {
    throw new AppError('wrong_state', `The change is not ${from} any more.`, { next: 'Look at it again.' });
  }
  await appendEvent(tx, {
    at,
    type: `change.${to}`,
    changeId: id,
    actor,
    body: { from, to, note, ...(category && { category }) },
  });
  const released = to === 'dispatched' ? {} : { claimed_by: null, lease_until: null };
  await tx
    .updateTable('changes')
    .set({ status: to, updated_at: at, note, ...released })
    .where('id', '=', id)
    .where('status', '=', from)
    .execute();
  if (isLost(to)) await endLaters(tx, { id, to, at, actor });
  if (to === 'applied' || to === 'partial') await followQuarantine(tx, id);
}

/** What comes after a change that will never be applied ends with it; see `endOrphans` for those on other servers. */
async function endLaters(
  tx: LedgerTx,
  ended: { id: string; to: Status; at: Timestamp; actor: EventActor },
): Promise<void> {
  const { id, to, at } = ended;
  const actor: EventActor = ended.actor.kind === 'server' ? ended.actor : { kind: 'server', server: 'approvals' };
  for (const { id: later, status } of await latersOf(tx, id)) {
    if (status !== 'pending' && status !== 'approved') continue;
    await moveChange(tx, { id: later, from: status, to: 'stale', at, actor, note: lostNote({ id, status: to }) });
  }
}

/** Why a change ended with the one that it comes after, in words for whoever proposed it. */
export function lostNote({ id, status }: { readonly id: string; readonly status: Status }): string {
  return `It was to come after ${id}, which is ${status}.`;
}

/** The row, or undefined. */
export function findChange(db: LedgerDb, id: string): Promise<ChangeRow | undefined> {
  return db.selectFrom('changes').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Those of several changes that there are, in no particular order. */
export function findChanges(db: LedgerDb, ids: readonly string[]): Promise<ChangeRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db.selectFrom('changes').selectAll().where('id', 'in', ids).execute();
}

/** Who a caller is: rows of others do not exist for it. */
export type Owner = { readonly agent: string; readonly blueprint: string };

/** The owner's change, or undefined, whether it is somebody else's or nobody's. */
export function findOwnChange(db: LedgerDb, owner: Owner, id: string): Promise<ChangeRow | undefined> {
  return db
    .selectFrom('changes')
    .selectAll()
    .where('id', '=', id)
    .where('agent', '=', owner.agent)
    .where('blueprint', '=', owner.blueprint)
    .executeTakeFirst();
}

/** Where the owner's changes of these ids stand; those of others are left out. */
export async function ownStatuses(db: LedgerDb, owner: Owner, ids: readonly string[]): Promise<readonly Status[]> {
  const found = db.selectFrom('changes').select(['status', 'agent', 'blueprint']);
  const rows = await found.where('id', 'in', [...new Set(ids)]).execute();
  // Asked for both, SQLite would look through all of the owner's changes for these few.
  const own = rows.filter(({ agent, blueprint }) => agent === owner.agent && blueprint === owner.blueprint);
  return own.map(({ status }) => status);
}

type Wanted = ChangeFilter & {
  readonly owner?: Owner;
  /** The id that the last page ended with. */
  readonly before?: string | undefined;
  readonly limit: number;
};

/** Newest first. */
export function listChanges(db: LedgerDb, wanted: Wanted): Promise<ChangeRow[]> {
  const { owner, agent, server, tool, requester, quarantine } = wanted;
  const statuses = statusesOf(wanted);
  if (statuses?.length === 1 || owner || quarantine) return page(db, wanted, statuses).execute();
  const isNarrow = agent ?? server ?? tool ?? (requester === 'person' || statuses);
  if (!isNarrow) return page(db, wanted).execute();
  // An index holds the changes of each status in the order of their ids: the newest of each are put together.
  const [first, ...rest] = (statuses ?? allStatuses).map((status) =>
    db.selectFrom(page(db, wanted, [status]).as('part')).selectAll(),
  );
  if (!first) return Promise.resolve([]);
  const each = rest.reduce((together, one) => together.unionAll(one), first);
  return each.orderBy('id', 'desc').limit(wanted.limit).execute();
}

function page(db: LedgerDb, wanted: Wanted, statuses?: readonly Status[]) {
  const { owner, before, limit } = wanted;
  let query = db.selectFrom('changes').selectAll().orderBy('id', 'desc').limit(limit);
  if (owner) query = query.where('agent', '=', owner.agent).where('blueprint', '=', owner.blueprint);
  const [status, ...more] = statuses ?? [];
  if (status)
    query = more.length === 0 ? query.where('status', '=', status) : query.where('status', 'in', statuses ?? []);
  for (const condition of conditionsOf(wanted)) query = query.where(condition);
  return before === undefined ? query : query.where('id', '<', before);
}
