import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed }: Words): readonly string[] => [
  `create table restored (
     original ${text} not null references changes (id),
     change_id ${text} not null references changes (id),
     primary key (original, change_id)
   )${keyed}`,
  // Until now a restore was of one change.
  `insert into restored (original, change_id)
     select json_extract(restores, '$.change_id'), id from changes where restores is not null`,
  `create table differences (
     change_id ${text} primary key not null references changes (id),
     body ${text} not null check (json_valid(body))
   )${keyed}`,
  `create table sets (
     id ${text} primary key not null check (substr(id, 1, 4) = 'set_'),
     nonce ${text} not null check (length(nonce) = 64),
     body ${text} not null check (json_valid(body)),
     created_at ${text} not null
   )${keyed}`,
  `create table set_members (
     set_id ${text} not null references sets (id),
     position ${integer} not null check (position >= 0),
     change_id ${text} not null unique references changes (id),
     primary key (set_id, position)
   )${keyed}`,
  `create table set_seals (
     set_id ${text} primary key not null references sets (id),
     seal ${text} not null unique check (length(seal) = 64),
     body ${text} not null check (json_valid(body)),
     sealed_at ${text} not null
   )${keyed}`,
];

/** What restores put back and what they found when they were planned, and sets of them. All of it only grows. */
export const sets = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
