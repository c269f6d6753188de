import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, counter, strict }: Words): readonly string[] => [
  `create table things_left (
     id ${counter},
     server ${text} not null,
     thing ${text} not null,
     version ${text},
     made ${integer} not null check (made in (0, 1)),
     change_id ${text} not null references changes (id),
     agent ${text},
     blueprint ${text},
     at ${text} not null
   )${strict}`,
  'create index things_left_by_thing on things_left (server, thing, id)',
  'create index things_left_by_change on things_left (change_id)',
];

/** What changes made, or moved on, by names that never become another's. */
export const things = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
