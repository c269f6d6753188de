import { sql } from 'kysely';
import { automaticIssuers, isAutomatic } from '#shared/changes/automatic-issuers.ts';
import { firstIdOf } from '#shared/changes/ids.ts';
import { type Status, statuses } from '#shared/changes/transitions.ts';
import type { LedgerDb, Timestamp } from './schema.ts';

/** What was decided and what became of changes since a time. */
export type Figures = {
  readonly since: Timestamp;
  /** How many changes were decided on in each way; a decision over several counts for each. */
  readonly decisions: { readonly approve: number; readonly reject: number };
  /** How those decisions came about. */
  readonly by: { readonly person: number; readonly policy: number; readonly grant: number; readonly review: number };
  /** Who decided, most first, at most {@link mostPeople}. */
  readonly people: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly approve: number;
    readonly reject: number;
  }[];
  /** From when a change waited for a decision to the decision, of people's newest decisions, at most {@link mostTimed}. */
  readonly waits: {
    readonly of: number;
    /** Seconds; null when there was no decision. */
    readonly median_s: number | null;
    readonly p90_s: number | null;
    /** How many were made within five seconds. When somebody first saw a change is not recorded. */
    readonly under_5s: number;
  };
  /** Where the changes stand that were asked for since then. */
  readonly outcomes: Readonly<Partial<Record<Status, number>>>;
  /** Where the restores stand that were asked for since then, of which those that were only tried out are `compared`. */
  readonly restores: Readonly<Partial<Record<Status, number>>>;
};

const mostPeople = 100;

/** Each is looked up by itself, and the answer changes little with more. */
const mostTimed = 5_000;

/** Counts what happened since a time, from indexes: what is older costs nothing. */
export async function figuresSince(db: LedgerDb, since: Date): Promise<Figures> {
  const people = await decidedBy(db, since.toISOString());
  const total = (verb: 'approve' | 'reject'): number => people.reduce((sum, one) => sum + one[verb], 0);
  const by = (issuer: string): number =>
    people.reduce((sum, one) => (one.issuer === issuer ? sum + one.approve : sum), 0);
  const { policy, grant, review } = automaticIssuers;
  const without = { policy: by(policy), grant: by(grant), review: by(review) };
  const made = total('approve') + total('reject');
  return {
    since: since.toISOString(),
    decisions: { approve: total('approve'), reject: total('reject') },
    by: { person: made - without.policy - without.grant - without.review, ...without },
    people: people.filter((one) => !isAutomatic(one)).slice(0, mostPeople),
    waits: waitsOf(await waitsSince(db, since.toISOString())),
    outcomes: await outcomesSince(db, firstIdOf(since)),
    restores: await restoresSince(db, firstIdOf(since)),
  };
}

async function decidedBy(db: LedgerDb, since: Timestamp) {
  const rows = await db
    .selectFrom('decisions')
    .select((eb) => ['issuer', 'subject', 'verb', eb.fn.countAll<number>().as('count')])
    .where('decided_at', '>=', since)
    .groupBy(['issuer', 'subject', 'verb'])
    .execute();
  const people = Map.groupBy(rows, ({ issuer, subject }) => JSON.stringify([issuer, subject]));
  const counted = [...people.values()].flatMap((of) => {
    const [one] = of;
    const count = (verb: string): number => of.find((row) => row.verb === verb)?.count ?? 0;
    return one
      ? [{ issuer: one.issuer, subject: one.subject, approve: count('approve'), reject: count('reject') }]
      : [];
  });
  return counted.toSorted((a, b) => b.approve + b.reject - a.approve - a.reject || (a.subject < b.subject ? -1 : 1));
}

/** In milliseconds, in no order. */
async function waitsSince(db: LedgerDb, since: Timestamp): Promise<readonly number[]> {
  const newest = db
    .selectFrom('decisions')
    .select(['change_id', 'decided_at'])
    .where('decided_at', '>=', since)
    .where('issuer', 'not in', Object.values(automaticIssuers))
    .orderBy('decided_at', 'desc')
    .limit(mostTimed);
  const rows = await db
    .selectFrom(newest.as('d'))
    // SQLite begins a cross join with its first table, and would read all events before it looks at these decisions.
    .crossJoin('events as e')
    .whereRef('e.change_id', '=', 'd.change_id')
    .where('e.type', '=', 'change.pending')
    .select(['d.decided_at', 'e.at'])
    .execute();
  // Clocks of servers may differ by a little.
  return rows.map(({ decided_at: decided, at }) => Math.max(0, Date.parse(decided) - Date.parse(at)));
}

function waitsOf(waits: readonly number[]): Figures['waits'] {
  const sorted = waits.toSorted((a, b) => a - b);
  // The nearest rank: a wait that there was.
  const at = (share: number): number | null => {
    const ms = sorted[Math.ceil(share * sorted.length) - 1];
    return ms === undefined ? null : Math.round(ms / 100) / 10;
  };
  return {
    of: sorted.length,
    median_s: at(0.5),
    p90_s: at(0.9),
    under_5s: sorted.filter((ms) => ms < 5_000).length,
  };
}

/** One status after the other, each a range of the index that ends with the id. */
async function outcomesSince(db: LedgerDb, firstId: string): Promise<Figures['outcomes']> {
  const counts: Partial<Record<Status, number>> = {};
  for (const status of statuses) {
    const of = db.selectFrom('changes').where('status', '=', status).where('id', '>=', firstId);
    const { count } = await of.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    if (count > 0) counts[status] = count;
  }
  return counts;
}

async function restoresSince(db: LedgerDb, firstId: string): Promise<Figures['restores']> {
  const { rows } = await sql<{ status: Status; count: number }>`
    select c.status, count(*) as count
      from (select distinct change_id from restored where change_id >= ${firstId}) r join changes c on c.id = r.change_id
     group by c.status order by c.status`.execute(db);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
