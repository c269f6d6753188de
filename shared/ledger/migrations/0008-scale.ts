import type { Migration } from 'kysely/migration';
import { run } from './words.ts';

/**
 * Indexes under which what is asked all the time costs the same whatever the past of the ledger is: each holds what is
 * open, or ends with the id by which a list is ordered.
 */
const statements = [
  // What executors look for. Nearly every change ends, and a partial one rests until somebody asks for the rest.
  `create index changes_at_work on changes (server, updated_at, id)
     where (status in ('planning', 'approved', 'dispatched', 'unknown') or (status = 'partial' and lease_until is not null))`,
  'create index changes_in_status on changes (status, id)',
  'create index changes_of_owner on changes (agent, blueprint, status, id)',
  'create index changes_by_owner_and_time on changes (agent, blueprint, created_at)',
  'drop index changes_by_status',
  'create index touches_by_change on touches (change_id, resource)',
  'create index restored_by_change on restored (change_id)',
  'create index idempotency_keys_by_change on idempotency_keys (change_id)',
  'create index events_of_no_change on events (type, seq) where change_id is null',
];

export const scale: Migration = { up: (db) => run(db, statements) };
