import type { Migration } from 'kysely/migration';
import { followAllQuarantined } from '../quarantine.ts';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed }: Words): readonly string[] => [
  `create table quarantined (
     change_id ${text} primary key not null references changes (id),
     waits ${integer} not null check (waits in (0, 1))
   )${keyed}`,
  'create index quarantined_waiting on quarantined (change_id) where waits = 1',
  // It held all that ever could have waited, which grows as the ledger does.
  'drop index sealed_quarantined',
];

/** Which changes wait in quarantine, so that a list of them costs by how many these are. */
export const quarantined = (words: Words): Migration => ({
  up: async (db) => {
    await run(db, statements(words));
    await followAllQuarantined(db);
  },
});
