import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed }: Words): readonly string[] => [
  `create table receivers (
     name ${text} primary key not null,
     seq ${integer} not null check (seq >= 0),
     attempts ${integer} not null check (attempts >= 0),
     retry_at ${integer},
     failing_since ${text},
     problem ${text},
     delivered_at ${text},
     dropped ${integer} not null check (dropped >= 0),
     claimed_by ${text},
     lease_until ${integer}
   )${keyed}`,
  // Figures count the decisions of a time.
  'create index decisions_by_time on decisions (decided_at, verb, issuer, subject, change_id)',
];

/**
 * How far each receiver of webhooks is along the events. The events themselves are what there is to deliver, so nothing is
 * written twice and none can be lost; this is no record, and the only table beside `changes` whose rows are altered.
 */
export const outbox = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
