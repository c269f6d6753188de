import { sql } from 'kysely';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import type { Progress, Tell } from './audit.ts';
import { auditAssignments } from './audit-assignments.ts';
import { auditDecisions } from './audit-decisions.ts';
import type { Chain } from './audit-events.ts';
import { auditGrants } from './audit-grants.ts';
import { auditMoves } from './audit-moves.ts';
import { type Kept, keptOf } from './audit-page.ts';
import { auditPasskeys, type PasskeyCounts } from './audit-passkeys.ts';
import { auditReviews } from './audit-reviews.ts';
import { auditSealed } from './audit-sealed.ts';
import { auditSteps } from './audit-steps.ts';
import type { VerificationKeys } from './keys.ts';

/** Changes that are read at once, with everything that belongs to them. */
const page = 200;

type Options = {
  readonly keys: VerificationKeys;
  readonly people: People | undefined;
  readonly chain: Chain;
  readonly tell: Tell;
  readonly progress: Progress;
};

/** Compares everything that is kept of each change with its events, its seal and the signatures over it. */
export async function auditChanges(
  db: LedgerDb,
  { keys, people, chain, tell, progress }: Options,
): Promise<{ changes: number; decisions: number; passkeys: PasskeyCounts }> {
  let [changes, decisions, ofChanges] = [0, 0, 0];
  const passkeys = { checked: 0, unchecked: 0 };
  for (let last = ''; ; ) {
    const wanted = db.selectFrom('changes').selectAll().where('id', '>', last).orderBy('id').limit(page);
    const rows = await wanted.execute();
    for (const kept of await keptOf(db, rows)) {
      const { checked, unchecked } = await auditOne(kept, { keys, people, chain, tell });
      passkeys.checked += checked;
      passkeys.unchecked += unchecked;
      decisions += kept.decisions.length;
      ofChanges += kept.events.length;
    }
    changes += rows.length;
    last = rows.at(-1)?.id ?? last;
    progress('changes', changes);
    if (rows.length < page) break;
  }
  if (ofChanges !== chain.ofChanges) await tellOfGone(db, tell);
  return { changes, decisions, passkeys };
}

function auditOne(kept: Kept, { keys, people, chain, tell }: Omit<Options, 'progress'>): Promise<PasskeyCounts> {
  auditMoves(kept, tell);
  const sealed = auditSealed(kept, tell);
  auditDecisions(kept, sealed, keys, tell);
  auditGrants(kept, sealed, keys, tell);
  auditReviews(kept, keys, tell);
  auditAssignments(kept, tell);
  auditSteps(kept, chain, tell);
  return auditPasskeys(kept, sealed, { keys, people }, tell);
}

/** Names changes that events tell of and that are not there. */
async function tellOfGone(db: LedgerDb, tell: Tell): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select distinct change_id as id from events where change_id is not null
      and not exists (select 1 from changes where changes.id = events.change_id) order by 1 limit 1000`.execute(db);
  for (const { id } of rows) tell('status', id, 'Events tell of it, but it is gone.');
}
