import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const newest = (table: string, order: string): string => `(select at from ${table} order by ${order} desc limit 1)`;

const statements = ({ text, integer, counter, strict }: Words): readonly string[] => [
  `create table read_drops (
     id ${counter},
     until ${text} not null,
     days ${integer} not null check (days >= 2),
     at ${text} not null,
     check (until < at)
   )${strict}`,
  'create index read_drops_by_time on read_drops (until)',
  'create index reads_by_time on reads (at, id)',
  // As a view it can be seen by users of PostgreSQL who may not see what was read: a view looks with its owner's rights.
  `create view latest_time as select max(at) as at from (
     select at from ${newest('reads', 'at')} as read union all select at from ${newest('events', 'seq')} as event
   ) as latest`,
];

/** Until when reads are kept no more, and the latest time that the ledger knows of. */
export const readsKept = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
