import { sql } from 'kysely';
import type { Status } from '#shared/changes/transitions.ts';
import type { ChangeRow } from './changes.ts';
import type { LedgerDb } from './schema.ts';

/** So many changes are looked through in one query, however rare what is searched for. */
const window = 2_000;

/**
 * Searches what was sealed of changes, newest first: all words must occur, whatever their case, in a summary, an
 * argument, a path, the name of an agent, or anywhere else in it. Looks through a limited number of changes; `next` is
 * the `before` to go on with, null when all were looked through.
 */
export async function searchChanges(
  db: LedgerDb,
  wanted: {
    readonly words: readonly string[];
    readonly status?: Status | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<{ readonly rows: readonly ChangeRow[]; readonly next: string | null }> {
  const { words, status, before, limit } = wanted;
  let all = db.selectFrom('changes').select('id').orderBy('id', 'desc');
  if (status) all = all.where('status', '=', status);
  if (before) all = all.where('id', '<', before);
  const ids = await all.limit(window).execute();
  const last = ids.at(-1)?.id;
  if (last === undefined) return { rows: [], next: null };
  let found = db
    .selectFrom('changes')
    .innerJoin('sealed', 'sealed.change_id', 'changes.id')
    .selectAll('changes')
    .where('changes.id', '>=', last)
    .orderBy('changes.id', 'desc');
  if (status) found = found.where('changes.status', '=', status);
  if (before) found = found.where('changes.id', '<', before);
  for (const word of words) {
    found = found.where(sql<boolean>`lower(sealed.body) like lower(${pattern(word)}) escape '!'`);
  }
  const rows = await found.limit(limit).execute();
  const end = rows.length === limit ? (rows.at(-1)?.id ?? last) : last;
  return { rows, next: rows.length < limit && ids.length < window ? null : end };
}

/** What a word is within canonical JSON, with signs that mean something in a pattern taken as they are. */
function pattern(word: string): string {
  return `%${JSON.stringify(word).slice(1, -1).replace(/[!%_]/g, '!$&')}%`;
}
