import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

/** Its name, under which the ledger knows since when it is recorded what reads told. */
export const readsMigration = '0020-reads';

const statements = ({ text, integer, counter, strict, keyed }: Words): readonly string[] => [
  `create table reads (
     id ${counter},
     first_at ${text} not null,
     at ${text} not null,
     agent ${text} not null,
     blueprint ${text} not null,
     server ${text} not null,
     tool ${text} not null,
     thing ${text} not null,
     name ${text} not null,
     revision ${text},
     rank ${integer} check (rank > 0),
     trust ${text} not null check (trust in ('trusted', 'untrusted')),
     event ${text} not null,
     check (first_at <= at)
   )${strict}`,
  'create index reads_by_agent on reads (agent, at, id)',
  "create index reads_untrusted on reads (agent, at, id) where trust = 'untrusted'",
  'create index reads_by_thing on reads (server, thing, at, id)',
  'create index reads_by_name on reads (name, server, thing)',
  `create table tombstones (
     id ${counter},
     server ${text} not null,
     backend ${text} not null,
     thing ${text} not null,
     name ${text} not null,
     reason ${text} not null,
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${strict}`,
  'create index tombstones_by_thing on tombstones (server, thing)',
  `create table tombstone_texts (
     tombstone_id ${integer} not null references tombstones (id),
     sha256 ${text} not null check (length(sha256) = 64),
     primary key (tombstone_id, sha256)
   )${keyed}`,
  'create index tombstone_texts_by_digest on tombstone_texts (sha256)',
];

/** What agents' reads told them, and what was forgotten and is not to be taken in again. All of it only grows. */
export const reads = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
