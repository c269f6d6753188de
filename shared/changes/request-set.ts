import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';
import { changesOfAgent, insertMembers, insertSet, resourcesOf, thingsLeftBy } from '#shared/ledger/sets.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { type Approver, mostDecided } from './decision.ts';
import { newNonce, newSetId } from './ids.ts';
import { enterRestore, personsRestoreMs } from './request-restore.ts';
import { restoreRequest } from './sealed.ts';
import type { LeftOut, SetRequest } from './set.ts';

/** What is to be put back: changes by their ids, or all that an agent did since a time. */
export type SetScope = { readonly changeIds: readonly string[] } | { readonly agent: string; readonly since: string };

export type SetAsked = SetScope & { readonly choice: RestoreChoice; readonly reason: string };

/** What a set would put back, each target's changes as one group, oldest first; the newest group first. */
export type SetContents = { readonly groups: readonly (readonly ChangeRow[])[]; readonly leftOut: readonly LeftOut[] };

/**
 * Asks that several changes be put back, as a set of restores that is decided as one. Answers the set's id, once the
 * restores are entered; the servers that made the changes plan them. Throws AppError `not_found` when there is nothing
 * to put back, `invalid_arguments` when it is more than one decision can be over.
 */
export async function requestSet(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  person: Approver,
  asked: SetAsked,
): Promise<string> {
  const at = now();
  return ledger.write(async (tx) => {
    const contents = await setContents(tx, asked);
    if (contents.groups.length === 0) throw new AppError('not_found', 'There is nothing to put back.');
    if (contents.groups.length > mostDecided) {
      throw new AppError('invalid_arguments', `One set puts back ${mostDecided} targets at most.`, {
        next: 'Ask for a shorter time, or name the changes.',
      });
    }
    return enterSet(tx, person, asked, contents, at);
  });
}

/** Enters a set of just these contents, in a transaction that does more. Answers its id. */
export async function enterSet(
  tx: LedgerTx,
  person: Approver,
  asked: SetAsked,
  { groups, leftOut }: SetContents,
  at: Date,
): Promise<string> {
  const id = newSetId(at);
  const request: SetRequest = {
    requester: person,
    agent: 'agent' in asked ? { name: asked.agent, since: asked.since } : null,
    choice: asked.choice,
    reason: asked.reason,
    expires_at: new Date(at.getTime() + personsRestoreMs).toISOString(),
    left_out: leftOut,
  };
  await insertSet(tx, { id, nonce: newNonce(), body: canonical(request), created_at: at.toISOString() });
  const ids = groups.map((group) => group.map((row) => row.id));
  await enterMembers(tx, { id, request, at }, ids);
  const actor = { kind: 'person', ...person } as const;
  const body = { set: id, reason: asked.reason, changes: ids.flat() };
  await appendEvent(tx, { at: at.toISOString(), type: 'set.asked', changeId: null, actor, body });
  return id;
}

/** Enters a restore for each group of changes, so that their ids follow the order in which they are to be carried out. */
export async function enterMembers(
  tx: LedgerTx,
  set: { readonly id: string; readonly request: SetRequest; readonly at: Date },
  groups: readonly (readonly string[])[],
): Promise<void> {
  const { requester: person, choice, reason } = set.request;
  const members: string[] = [];
  for (const [index, [first = '', ...also]] of groups.entries()) {
    const request = { change_id: first, ...(also.length > 0 && { also }), choice, reason, set: set.id };
    const idAt = new Date(set.at.getTime() + index);
    members.push(await enterRestore(tx, { person }, restoreRequest.parse(request), { at: set.at, idAt }));
  }
  await insertMembers(tx, set.id, members);
}

/** What a set would put back, without asking for it. */
export async function setContents(db: LedgerDb, scope: SetScope): Promise<SetContents> {
  const rows = 'agent' in scope ? await changesOfAgent(db, scope.agent, scope.since) : await named(db, scope.changeIds);
  const done = rows.filter(({ status }) => status === 'applied' || status === 'partial');
  const leftOut = rows
    .filter(({ status }) => ('agent' in scope ? status === 'unknown' || status === 'dispatched' : !isDone(status)))
    .map(({ id, status }) => ({ change_id: id, why: whyLeftOut(status) }));
  return { groups: grouped(done, await writtenBy(db, done)), leftOut };
}

function isDone(status: ChangeRow['status']): boolean {
  return status === 'applied' || status === 'partial';
}

function whyLeftOut(status: ChangeRow['status']): string {
  if (status === 'unknown' || status === 'dispatched') {
    return `It is ${status}: what it did is not known yet. Settle it, then restore it by itself.`;
  }
  return `It is ${status}; there is nothing of it to put back.`;
}

async function named(db: LedgerDb, ids: readonly string[]): Promise<readonly ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (const id of new Set(ids)) {
    const row = await findChange(db, id);
    if (!row) throw new AppError('not_found', `There is no such change: ${id}.`);
    rows.push(row);
  }
  return rows.sort((one, other) => (`${one.updated_at} ${one.id}` < `${other.updated_at} ${other.id}` ? -1 : 1));
}

/** The keys of what changes wrote to, and made. What is made has its key only then: later changes are sealed with it. */
type Written = { readonly keys: readonly string[]; readonly made: boolean };

async function writtenBy(db: LedgerDb, rows: readonly ChangeRow[]): Promise<ReadonlyMap<string, Written>> {
  const ids = rows.map(({ id }) => id);
  const [resources, things] = [await resourcesOf(db, ids), await thingsLeftBy(db, ids)];
  const made = Map.groupBy(
    things.filter((thing) => thing.made === 1),
    ({ change_id: id }) => id,
  );
  return new Map(
    rows.map(({ id, server }) => {
      const own = (made.get(id) ?? []).map(({ thing }) => thing);
      const keys = [...(resources.get(id) ?? []), ...own].map((key) => `${server} ${key}`);
      return [id, { keys, made: own.length > 0 }];
    }),
  );
}

/** Changes that share a resource, directly or through others, are one group: they are put back as one if they can be. */
function grouped(rows: readonly ChangeRow[], written: ReadonlyMap<string, Written>): readonly (readonly ChangeRow[])[] {
  type Group = { readonly rows: readonly ChangeRow[]; readonly keys: ReadonlySet<string> };
  let groups: readonly Group[] = [];
  for (const row of rows) {
    const { keys } = written.get(row.id) ?? { keys: [] };
    const shares = (group: Group): boolean => keys.some((key) => group.keys.has(key));
    const same = groups.filter(shares);
    const joined = {
      rows: [...same.flatMap((group) => group.rows), row],
      keys: new Set([...same.flatMap((group) => [...group.keys]), ...keys]),
    };
    groups = [...groups.filter((group) => !shares(group)), joined];
  }
  const order = new Map(rows.map((row, index) => [row.id, index]));
  const place = ({ id }: ChangeRow): number => order.get(id) ?? 0;
  const inOrder = groups.map((group) => [...group.rows].sort((one, other) => place(one) - place(other)));
  // What was made goes only once all that came to build on it since is gone; anything else, where it was left last.
  const stand = ([first, ...later]: readonly ChangeRow[]): number => {
    const at = first !== undefined && written.get(first.id)?.made ? first : (later.at(-1) ?? first);
    return at === undefined ? 0 : place(at);
  };
  return inOrder.sort((one, other) => stand(other) - stand(one));
}
