import type { Migration } from 'kysely/migration';
import { run } from './words.ts';

/**
 * What holds for an agent over all servers, of which each user of PostgreSQL sees the changes of one. Limits are counted
 * from a view, which looks with the rights of its owner, of who proposed when and whether it waits, and of nothing else.
 * Keys are all in one table, so that its primary key refuses one that another server took.
 */
export const acrossServers: Migration = {
  up: (db) =>
    run(db, [
      'create view proposed as select agent, blueprint, created_at, status from changes where agent is not null',
      `insert into idempotency_keys (agent, blueprint, idempotency_key, change_id)
         select agent, blueprint, idempotency_key, id from changes
         where agent is not null and idempotency_key is not null`,
    ]),
};
