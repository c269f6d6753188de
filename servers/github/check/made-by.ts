import { unseal } from '#shared/changes/sealed.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { HeadCommit } from './open-heads.ts';

/** Which of some commits of a pull request were made by changes of this server. */
export type Made = {
  /** The changes, by which of their commits is newest. */
  readonly changes: readonly string[];
  readonly strays: readonly string[];
  readonly others: number;
};

/**
 * Tells the commits of a pull request apart, newest first. On record is where a change left a branch; the commits of this
 * App right below that are of the same change, as one change can make several.
 */
export async function madeBy(
  db: LedgerDb,
  {
    commits,
    repository,
    own,
  }: { readonly commits: readonly HeadCommit[]; readonly repository: string; readonly own: string },
): Promise<Made> {
  const left = await leftAt(db, repository, commits);
  const changes = new Set<string>();
  const strays: string[] = [];
  let current: string | undefined;
  let others = 0;
  for (const { oid, author } of commits) {
    const isOwn = author === own;
    current = left.get(oid) ?? (isOwn ? current : undefined);
    if (current !== undefined) changes.add(current);
    else if (isOwn) strays.push(oid);
    else others += 1;
  }
  return { changes: [...changes], strays, others };
}

async function leftAt(
  db: LedgerDb,
  repository: string,
  commits: readonly HeadCommit[],
): Promise<ReadonlyMap<string, string>> {
  if (commits.length === 0) return new Map();
  const oids = commits.map(({ oid }) => oid);
  const rows = await db
    .selectFrom('things_left')
    .select(['version', 'change_id'])
    .where('server', '=', 'github')
    .where('thing', '>=', `branch:${repository}/`)
    .where('thing', '<', `branch:${repository}0`)
    .where('version', 'in', oids)
    .orderBy('id')
    .execute();
  // Of several, the first made the commit: the others left the branch where it was.
  return new Map(rows.toReversed().map(({ version, change_id }) => [version ?? '', change_id]));
}

/** Whether some change of this server is being carried out, whose commits may not be on record yet. */
export async function isUnderWay(db: LedgerDb): Promise<boolean> {
  const busy = db.selectFrom('changes').select('id').where('server', '=', 'github');
  return (await busy.where('status', 'in', ['dispatched', 'unknown']).limit(1).executeTakeFirst()) !== undefined;
}

/** The changes under way that merge just this head. */
export async function mergesOf(db: LedgerDb, head: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('changes as c')
    .innerJoin('sealed as s', 's.change_id', 'c.id')
    .select(['c.id', 's.seal', 's.body'])
    .where('c.server', '=', 'github')
    .where('c.tool', '=', 'merge_pull_request')
    .where('c.status', 'in', ['approved', 'dispatched', 'unknown'])
    .execute();
  return rows.filter((row) => unseal(row).body.reviewable?.head === head).map(({ id }) => id);
}
