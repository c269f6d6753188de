import { restoredIds, restoreRequest } from '#shared/changes/sealed.ts';
import { type LeftOut, requestOf, unsealSet } from '#shared/changes/set.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { AppError } from '#shared/errors.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { findSet, findSetSeal, membersOf, type SetSealRow } from '#shared/ledger/sets.ts';
import { listItem } from './list-item.ts';
import { requesterView } from './people.ts';
import { reveal } from './reveal.ts';
import { untrustedAmong } from './untrusted.ts';

/** A set in full, for people: what it puts back, what it leaves out and why, and what became of it. */
export async function setView(db: LedgerDb, id: string) {
  const set = await findSet(db, id);
  if (!set) throw new AppError('not_found', 'There is no such set.');
  const request = requestOf(set);
  const kept = await findSetSeal(db, id);
  const sealed = kept && unsealed(kept);
  const planned = sealed && sealed !== 'broken' ? sealed : null;
  const all = await membersOf(db, id);
  const rows =
    planned === null ? all : planned.members.flatMap(({ change_id }) => all.find((row) => row.id === change_id) ?? []);
  return {
    set_id: id,
    status: statusOf(
      sealed === undefined,
      rows.map(({ status }) => status),
    ),
    broken: sealed === 'broken',
    requester: requesterView({ kind: 'person', ...request.requester }),
    agent: request.agent && { name: reveal(request.agent.name), since: request.agent.since },
    choice: request.choice,
    reason: reveal(request.reason),
    created_at: set.created_at,
    expires_at: request.expires_at,
    seal: planned === null ? null : (kept?.seal ?? null),
    members: await Promise.all(rows.map((row) => memberView(db, row))),
    left_out: (planned?.left_out ?? request.left_out).map(leftOutView),
  };
}

async function memberView(db: LedgerDb, row: ChangeRow) {
  const originals = row.restores === null ? [] : restoredIds(restoreRequest.parse(JSON.parse(row.restores)));
  return { ...(await listItem(db, row)), originals, read_untrusted: await untrustedAmong(db, originals) };
}

function leftOutView({ change_id, why }: LeftOut) {
  return { change_id, why: reveal(why) };
}

function unsealed(kept: SetSealRow): ReturnType<typeof unsealSet> | 'broken' {
  try {
    return unsealSet(kept);
  } catch {
    return 'broken';
  }
}

const underWay: readonly Status[] = ['approved', 'dispatched', 'unknown'];

/** Where a set stands follows from where its restores do. */
function statusOf(isPlanning: boolean, members: readonly Status[]): string {
  if (isPlanning) return 'planning';
  if (members.length === 0) return 'nothing';
  if (members.includes('pending')) return 'pending_approval';
  if (members.some((status) => underWay.includes(status))) return 'under_way';
  const [first, ...rest] = members;
  return first !== undefined && rest.every((status) => status === first) ? first : 'mixed';
}
