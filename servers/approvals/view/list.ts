import { type ChangeRow, listChanges } from '#shared/ledger/changes.ts';
import { overlaps } from '#shared/ledger/overlaps.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { searchChanges } from '#shared/ledger/search/find.ts';
import type { ListQuery } from '../people/list-query.ts';
import { ledgerStatus } from '../status.ts';
import { attentionOf } from './attention.ts';
import { itemsOf } from './list-item.ts';
import { sealedOfEach } from './sealed.ts';

/**
 * A page of changes, newest first; `conflicts` are the open ones that write to the same thing as one that waits. `rows` and
 * `sealed` are what it takes to know who may see which of them.
 */
export async function listView(db: LedgerDb, asked: ListQuery) {
  const { rows, next } = await pageOf(db, asked);
  const shared = rows.some(({ status }) => status === 'pending') ? await overlaps(db) : new Map<string, never[]>();
  const attention = await attentionOf(db, rows);
  const sealed = await sealedOfEach(
    db,
    rows.map(({ id }) => id),
  );
  const changes = (await itemsOf(db, rows, sealed)).map((item, at) => ({
    ...item,
    attention: attention(item.change_id),
    conflicts: rows[at]?.status === 'pending' ? (shared.get(item.change_id) ?? []) : [],
  }));
  return { changes, next_before: next, rows, sealed };
}

async function pageOf(db: LedgerDb, asked: ListQuery): Promise<{ rows: readonly ChangeRow[]; next: string | null }> {
  const { q: text = '', status, since, until, limit, ...rest } = asked;
  const wanted = {
    ...rest,
    status: status?.map(ledgerStatus),
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    limit: limit + 1,
  };
  const rows = await (text === '' ? listChanges(db, wanted) : searchChanges(db, { ...wanted, text }));
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
