import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed }: Words): readonly string[] => [
  `create table grants (
     id ${text} primary key not null check (substr(id, 1, 4) = 'grt_'),
     change_id ${text} not null unique references changes (id),
     server ${text} not null,
     agent ${text} not null,
     blueprint ${text} not null,
     changes ${integer} not null check (changes > 0),
     bytes ${integer} not null check (bytes > 0),
     granted_at ${text} not null,
     expires_at ${text} not null,
     issuer ${text} not null,
     subject ${text} not null,
     envelope ${text} not null check (json_valid(envelope)),
     check (expires_at > granted_at)
   )${keyed}`,
  'create index grants_by_agent on grants (agent, blueprint, server, expires_at)',
  `create table grant_ends (
     grant_id ${text} primary key not null references grants (id),
     why ${text} not null check (why in ('revoked', 'stopped', 'path', 'flag', 'others', 'closed')),
     change_id ${text} references changes (id),
     note ${text} not null,
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${keyed}`,
  'create index grant_ends_by_change on grant_ends (change_id)',
  `create table grant_uses (
     change_id ${text} primary key not null references changes (id),
     grant_id ${text} not null references grants (id),
     number ${integer} not null check (number > 0),
     bytes ${integer} not null check (bytes >= 0),
     at ${text} not null,
     unique (grant_id, number)
   )${keyed}`,
];

/** What people allowed in advance, what ended that, and which changes were decided under it. All of it only grows. */
export const grants = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
