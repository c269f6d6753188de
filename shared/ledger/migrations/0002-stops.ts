import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, counter, strict }: Words): readonly string[] => [
  `create table stops (
     id ${counter},
     scope ${text} not null check (scope in ('all', 'server', 'agent', 'tool')),
     value ${text},
     reason ${text} not null check (length(reason) > 0),
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null,
     check ((scope = 'all') = (value is null))
   )${strict}`,
  `create table stop_ends (
     stop_id ${integer} primary key references stops (id),
     reason ${text} not null check (length(reason) > 0),
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${strict}`,
];

/** The kill switch: what is stopped, by whom and why, and when that ended. Both tables only grow. */
export const stops = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
