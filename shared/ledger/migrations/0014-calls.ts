import type { Migration } from 'kysely/migration';
import { run } from './words.ts';

/** Its name, under which the ledger knows since when calls are recorded. */
export const callsMigration = '0014-calls';

/** What an agent's calls asked for is found by agent and time, however many other events there are. */
export const calls: Migration = {
  up: (db) =>
    run(db, [
      `create index events_of_calls on events (json_extract(actor, '$.agent'), at, seq)
         where type in ('tool.read', 'tool.denied')`,
    ]),
};
