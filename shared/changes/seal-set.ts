import type { ChangeRow } from '#shared/ledger/changes.ts';
import { findDifference } from '#shared/ledger/differences.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { LedgerDb, LedgerTx } from '#shared/ledger/schema.ts';
import { findSet, findSetSeal, insertSetSeal, membersOf, type SetRow } from '#shared/ledger/sets.ts';
import { readDifference } from './difference.ts';
import { enterMembers } from './request-set.ts';
import { restoredIds, restoreRequest } from './sealed.ts';
import { type LeftOut, requestOf, sealSetBody } from './set.ts';

/**
 * Seals a set once each of its restores has a plan, or it is known why it has none. What was asked for as one and cannot
 * be is asked for apart first. Does nothing to a set that is sealed, or still being planned, or not there.
 */
export async function sealSet({ ledger, now }: { ledger: Ledger; now: () => Date }, id: string): Promise<void> {
  const set = await findSet(ledger.db, id);
  if (!set || (await isSettled(ledger.db, id))) return;
  await ledger.write(async (tx) => {
    if (await isSettled(tx, id)) return;
    const members = await membersOf(tx, id);
    const apart = await apartOf(tx, members);
    if (apart.length > 0) await enterMembers(tx, { id, request: requestOf(set), at: now() }, apart);
    else await keepSeal(tx, set, members, now().toISOString());
  });
}

async function isSettled(db: LedgerDb, id: string): Promise<boolean> {
  if (await findSetSeal(db, id)) return true;
  return (await membersOf(db, id)).some(({ status }) => status === 'planning');
}

/** Runs of changes that were to be put back as one and cannot be, the newest first; none that was asked for already. */
async function apartOf(tx: LedgerTx, members: readonly ChangeRow[]): Promise<readonly (readonly string[])[]> {
  const asked = new Set(members.map((member) => originalsOf(member).join(' ')));
  const apart: (readonly string[])[] = [];
  for (const member of members) {
    const runs = await runsApart(tx, member);
    apart.push(...runs.filter((run) => !asked.has(run.join(' '))).reverse());
  }
  return apart;
}

async function keepSeal(tx: LedgerTx, set: SetRow, members: readonly ChangeRow[], at: string): Promise<void> {
  const request = requestOf(set);
  const planned: { change_id: string; seal: string }[] = [];
  const left: LeftOut[] = [...request.left_out];
  const tried = new Set(members.map((member) => originalsOf(member).join(' ')));
  for (const member of await inOrder(tx, members)) {
    const kept = await findSealed(tx, member.id);
    if (member.status === 'pending' && kept) planned.push({ change_id: member.id, seal: kept.seal });
    else if (!(await isTriedApart(tx, member, tried))) {
      const why = member.note ?? `Its restore is ${member.status}.`;
      left.push(...originalsOf(member).map((change_id) => ({ change_id, why })));
    }
  }
  const { seal, text } = sealSetBody({
    format: 'countersign/set@1',
    set_id: set.id,
    nonce: set.nonce,
    created_at: set.created_at,
    requester: request.requester,
    members: planned,
    left_out: left,
  });
  await insertSetSeal(tx, { set_id: set.id, seal, body: text, sealed_at: at });
  const actor = { kind: 'server', server: 'approvals' } as const;
  await appendEvent(tx, { at, type: 'set.sealed', changeId: null, actor, body: { set: set.id, seal } });
}

/** What is put back apart stands where it would have been as one: what comes after it may expect that it is done. */
async function inOrder(tx: LedgerTx, members: readonly ChangeRow[]): Promise<readonly ChangeRow[]> {
  const places = new Map<string, readonly number[]>();
  const placed: { readonly member: ChangeRow; readonly place: readonly number[] }[] = [];
  for (const [index, member] of members.entries()) {
    const place = places.get(originalsOf(member).join(' ')) ?? [index];
    placed.push({ member, place });
    const runs = (await runsApart(tx, member)).toReversed();
    for (const [at, run] of runs.entries()) places.set(run.join(' '), [...place, at]);
  }
  return placed.sort((one, other) => before(one.place, other.place)).map(({ member }) => member);
}

function before(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((each, index) => each !== other[index]);
  return at === -1 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
}

async function runsApart(tx: LedgerDb, { id }: ChangeRow): Promise<readonly (readonly string[])[]> {
  const row = await findDifference(tx, id);
  return (row && readDifference(row).apart) ?? [];
}

async function isTriedApart(tx: LedgerTx, member: ChangeRow, tried: ReadonlySet<string>): Promise<boolean> {
  const runs = await runsApart(tx, member);
  return runs.length > 0 && runs.every((run) => tried.has(run.join(' ')));
}

function originalsOf({ restores }: ChangeRow): readonly string[] {
  return restores === null ? [] : restoredIds(restoreRequest.parse(JSON.parse(restores)));
}
