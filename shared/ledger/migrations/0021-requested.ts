import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, keyed }: Words): readonly string[] => [
  `create table requested (
     change_id ${text} primary key not null references changes (id),
     body ${text} not null check (json_valid(body)),
     about ${text} references changes (id)
   )${keyed}`,
  'create index requested_by_about on requested (about) where about is not null',
  // In the words of the queries for what waits in quarantine: few of all changes are in here. A body that is no JSON any
  // more has to stay what the audit finds, so this looks at its text.
  `create index sealed_quarantined on sealed (change_id) where body like '%"quarantine":"possible"%'`,
];

/** What people asked for, before the server that has the backend plans it, and which changes can wait in quarantine. */
export const requested = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
