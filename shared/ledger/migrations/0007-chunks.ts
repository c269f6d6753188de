import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, bytes, counter, strict, keyed }: Words): readonly string[] => [
  // The checks on a nonce and its key hold whatever the vault does: no half of the two is of use.
  `create table content_chunks (
     sha256 ${text} not null references contents (sha256),
     position ${integer} not null check (position >= 0),
     bytes ${integer} not null check (bytes >= 0),
     encoding ${text} not null check (encoding in ('raw', 'zstd')),
     key_id ${text},
     nonce ${bytes},
     data ${bytes} not null,
     primary key (sha256, position),
     check ((key_id is null) = (nonce is null))
   )${strict}`,
  'create index content_chunks_by_key on content_chunks (key_id)',
  'create index content_uses_by_content on content_uses (sha256)',
  'alter table contents add column chunks integer not null default 1 check (chunks >= 0)',
  // What was kept whole becomes one chunk.
  `insert into content_chunks (sha256, position, bytes, encoding, data)
     select sha256, 0, bytes, encoding, data from contents`,
  'alter table contents drop column encoding',
  'alter table contents drop column data',
  `create table content_drops (
     id ${counter},
     sha256 ${text} not null references contents (sha256),
     days ${integer} not null check (days >= 0),
     at ${text} not null
   )${strict}`,
  'create index content_drops_by_content on content_drops (sha256)',
  `create table holds (
     id ${counter},
     scope ${text} not null check (scope in ('change', 'agent')),
     value ${text} not null,
     reason ${text} not null check (length(reason) > 0),
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${strict}`,
  `create table hold_ends (
     hold_id ${integer} primary key references holds (id),
     reason ${text} not null check (length(reason) > 0),
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${keyed}`,
];

/** Contents in chunks that can be encrypted, and dropped when nobody needs them; holds, which keep them. */
export const chunks = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
