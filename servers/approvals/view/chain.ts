import { isApprovedThereOnly } from '#shared/changes/reviewed.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { findEarlier, latersOf } from '#shared/ledger/chains.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { referencesIn } from '#shared/tools/index.ts';
import { shownStatus } from '../status.ts';
import { summaryOf } from './list-item.ts';
import { reveal } from './reveal.ts';
import { findWhole } from './sealed.ts';

/** A change of a chain. Who approves the last of several names the seal of each. */
type Member = {
  readonly change_id: string;
  readonly status: string;
  readonly summary: string;
  readonly seal: string | null;
  /** Whether only a review on its backend approves it. */
  readonly there_only: boolean;
};

/** The changes that come before a change and after it, in the order in which they are carried out. */
export async function chainView(db: LedgerDb, id: string): Promise<{ earlier: Member[]; later: Member[] }> {
  const earlier: Member[] = [];
  for (let before = await findEarlier(db, id); before; before = await findEarlier(db, before.id)) {
    earlier.unshift(await memberOf(db, before.id));
  }
  const later: Member[] = [];
  // A chain is short, and a change that comes after two others does not exist.
  for (let ids = await afterEach(db, [id]); ids.length > 0; ids = await afterEach(db, ids)) {
    for (const one of ids) later.push(await memberOf(db, one));
  }
  return { earlier, later };
}

async function afterEach(db: LedgerDb, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => latersOf(db, id)));
  return found.flat().map((one) => one.id);
}

async function memberOf(db: LedgerDb, id: string): Promise<Member> {
  const { row, sealed } = await findWhole(db, id);
  const body = typeof sealed === 'object' ? sealed.body : sealed;
  const seal = typeof sealed === 'object' ? sealed.seal : null;
  const there = typeof body === 'object' && isApprovedThereOnly(body);
  return { change_id: id, status: shownStatus(row.status), summary: summaryOf(row, body), seal, there_only: there };
}

/** What stands in the texts of a change for something that is not known before an earlier change is applied. */
export function referencesOf({ after, effects }: SealedBody): { text: string; field: string; change_id: string }[] {
  if (after === undefined) return [];
  const fields = effects.flatMap((effect) => (effect.kind === 'field' ? referencesIn(effect.after ?? '') : []));
  return [...new Set(fields)].map((field) => ({
    text: `{{after.${field}}}`,
    field: reveal(field),
    change_id: after.change_id,
  }));
}
