import type { ChangeRow } from './changes.ts';
import type { Entry } from './reads.ts';
import type { LedgerDb, Timestamp } from './schema.ts';

/** What an agent asked for in a time, oldest first. */
export function changesAskedBetween(
  db: LedgerDb,
  { agent, from, to }: { readonly agent: string; readonly from: Timestamp; readonly to: Timestamp },
  limit: number,
): Promise<readonly ChangeRow[]> {
  return db
    .selectFrom('changes')
    .selectAll()
    .where('agent', '=', agent)
    .where('created_at', '>=', from)
    .where('created_at', '<=', to)
    .orderBy('created_at')
    .limit(limit)
    .execute();
}

/** What changes left, by which of them, oldest first. */
export async function thingsLeftBy(
  db: LedgerDb,
  changes: readonly string[],
): Promise<readonly (Entry & { readonly change_id: string; readonly at: Timestamp })[]> {
  if (changes.length === 0) return [];
  return db
    .selectFrom('things_left')
    .select(['server', 'thing', 'change_id', 'at'])
    .where('change_id', 'in', changes)
    .orderBy('id')
    .execute();
}
