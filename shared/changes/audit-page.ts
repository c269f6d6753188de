import type { Selectable } from 'kysely';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import type { EventRow } from '#shared/ledger/events.ts';
import type { GrantRow, GrantUse } from '#shared/ledger/grants.ts';
import type { ReviewSeenRow } from '#shared/ledger/reviews-seen.ts';
import type {
  AssignmentsTable,
  AttemptsTable,
  LedgerDb,
  LedgerSchema,
  OutcomesTable,
  RequestedTable,
  SealedTable,
  SnapshotsTable,
  VersionsTable,
} from '#shared/ledger/schema.ts';

/** Everything that is kept of one change, as it stands in the ledger. Events and decisions are in their order. */
export type Kept = {
  readonly row: ChangeRow;
  readonly events: readonly EventRow[];
  readonly sealed: SealedTable | null;
  /** What a person asked for, where it is no restore. */
  readonly requested: RequestedTable | null;
  readonly snapshots: readonly SnapshotsTable[];
  readonly touches: readonly string[];
  /** Which version of what it is; null for a first one. */
  readonly version: VersionsTable | null;
  readonly decisions: readonly DecisionRow[];
  /** The task grant that came with it, how many ends that has, and its place under another. */
  readonly grant: GrantRow | null;
  readonly ends: number;
  readonly use: GrantUse | null;
  readonly assignments: readonly Selectable<AssignmentsTable>[];
  readonly reviews: readonly ReviewSeenRow[];
  readonly attempts: readonly AttemptsTable[];
  readonly outcomes: readonly OutcomesTable[];
};

/** What belongs to some changes, in one query a table. */
export async function keptOf(db: LedgerDb, rows: readonly ChangeRow[]): Promise<readonly Kept[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const events = await grouped(db, 'events', ids, 'seq');
  const sealed = await grouped(db, 'sealed', ids);
  const requested = await grouped(db, 'requested', ids);
  const snapshots = await grouped(db, 'snapshots', ids);
  const touches = await grouped(db, 'touches', ids, 'resource');
  const versions = await grouped(db, 'versions', ids);
  const decisions = await grouped(db, 'decisions', ids, 'id');
  const grants = await grouped(db, 'grants', ids);
  const uses = await grouped(db, 'grant_uses', ids);
  const ended = await endedGrants(db, ids);
  const assignments = await grouped(db, 'assignments', ids, 'id');
  const reviews = await grouped(db, 'reviews_seen', ids, 'id');
  const attempts = await grouped(db, 'attempts', ids);
  const outcomes = await grouped(db, 'outcomes', ids);
  return rows.map((row) => ({
    row,
    events: events(row.id),
    sealed: sealed(row.id)[0] ?? null,
    requested: requested(row.id)[0] ?? null,
    snapshots: snapshots(row.id),
    touches: touches(row.id).map(({ resource }) => resource),
    version: versions(row.id)[0] ?? null,
    decisions: decisions(row.id),
    grant: grants(row.id)[0] ?? null,
    ends: ended.has(row.id) ? 1 : 0,
    use: uses(row.id)[0] ?? null,
    assignments: assignments(row.id),
    reviews: reviews(row.id),
    attempts: attempts(row.id),
    outcomes: outcomes(row.id),
  }));
}

type OfAChange =
  | 'events'
  | 'sealed'
  | 'requested'
  | 'snapshots'
  | 'touches'
  | 'versions'
  | 'decisions'
  | 'grants'
  | 'grant_uses'
  | 'assignments'
  | 'reviews_seen'
  | 'attempts'
  | 'outcomes';

/** The changes whose task grants have ended. */
async function endedGrants(db: LedgerDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const ends = db.selectFrom('grants as g').innerJoin('grant_ends as e', 'e.grant_id', 'g.id').select('g.change_id');
  return new Set((await ends.where('g.change_id', 'in', ids).execute()).map((one) => one.change_id));
}

async function grouped<T extends OfAChange>(
  db: LedgerDb,
  table: T,
  ids: readonly string[],
  order = 'change_id',
): Promise<(id: string) => readonly Selectable<LedgerSchema[T]>[]> {
  const wanted = db
    .selectFrom(table as OfAChange)
    .selectAll()
    .where('change_id', 'in', ids)
    .orderBy(db.dynamic.ref(order));
  const found = Map.groupBy(await wanted.execute(), ({ change_id: id }) => id ?? '');
  return (id) => (found.get(id) ?? []) as unknown as readonly Selectable<LedgerSchema[T]>[];
}
