import type { ChangeStatus } from '#capabilities/change-queue/ports.ts';
import { type ChangeRow, listChanges } from '#shared/ledger/changes.ts';
import { overlaps } from '#shared/ledger/overlaps.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { searchChanges } from '#shared/ledger/search.ts';
import { ledgerStatus } from '../status.ts';
import { listItem } from './list-item.ts';

type Asked = {
  readonly status?: ChangeStatus | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
  readonly q?: string | undefined;
};

/**
 * A page of changes, newest first; `conflicts` are the open ones that write to the same thing as one that waits. A search
 * may find none on a page and still have a next one.
 */
export async function listView(db: LedgerDb, asked: Asked) {
  const { rows, next } = await pageOf(db, asked);
  const shared = rows.some(({ status }) => status === 'pending') ? await overlaps(db) : new Map<string, never[]>();
  const changes = await Promise.all(
    rows.map(async (row) => ({
      ...(await listItem(db, row)),
      conflicts: row.status === 'pending' ? (shared.get(row.id) ?? []) : [],
    })),
  );
  return { changes, next_before: next };
}

async function pageOf(db: LedgerDb, asked: Asked): Promise<{ rows: readonly ChangeRow[]; next: string | null }> {
  const { status: shown, before, limit, q = '' } = asked;
  const status = shown && ledgerStatus(shown);
  const words = q.split(/\s+/u).filter((word) => word !== '');
  if (words.length > 0) return searchChanges(db, { words, status, before, limit });
  const rows = await listChanges(db, { status, before, limit: limit + 1 });
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
