import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, bytes, counter, strict, keyed }: Words): readonly string[] => [
  `create table changes (
     id ${text} primary key not null check (substr(id, 1, 4) = 'chg_'),
     server ${text} not null,
     tool ${text} not null,
     agent ${text},
     blueprint ${text},
     requester ${text} not null check (json_valid(requester)),
     restores ${text} check (restores is null or json_valid(restores)),
     idempotency_key ${text},
     fingerprint ${text} not null,
     created_at ${text} not null,
     expires_at ${text} not null,
     status ${text} not null,
     updated_at ${text} not null,
     note ${text},
     claimed_by ${text},
     lease_until ${integer},
     check ((agent is null) = (blueprint is null))
   )${keyed}`,
  // The same proposal twice is one change, whoever races.
  `create unique index changes_fingerprint on changes (fingerprint) where status in ('planning', 'pending', 'approved', 'dispatched', 'unknown')`,
  `create unique index changes_idempotency on changes (agent, blueprint, idempotency_key)
     where idempotency_key is not null`,
  'create index changes_by_status on changes (status, server, updated_at)',
  'create index changes_by_agent on changes (agent, blueprint, id)',
  `create table sealed (
     change_id ${text} primary key not null references changes (id),
     seal ${text} not null unique check (length(seal) = 64),
     body ${text} not null check (json_valid(body)),
     snapshot ${text} not null check (length(snapshot) = 64),
     steps ${integer} not null check (steps > 0)
   )${keyed}`,
  `create table snapshots (
     change_id ${text} not null references changes (id),
     phase ${text} not null check (phase in ('before', 'after')),
     digest ${text} not null check (length(digest) = 64),
     body ${text} not null check (json_valid(body)),
     taken_at ${text} not null,
     primary key (change_id, phase)
   )${keyed}`,
  `create table contents (
     sha256 ${text} primary key not null check (length(sha256) = 64),
     bytes ${integer} not null check (bytes >= 0),
     encoding ${text} not null check (encoding in ('raw', 'zstd')),
     data ${bytes} not null
   )${strict}`,
  `create table content_uses (
     change_id ${text} not null references changes (id),
     sha256 ${text} not null references contents (sha256),
     primary key (change_id, sha256)
   )${keyed}`,
  `create table touches (
     change_id ${text} not null references changes (id),
     resource ${text} not null,
     primary key (resource, change_id)
   )${keyed}`,
  `create table decisions (
     id ${counter},
     change_id ${text} not null references changes (id),
     verb ${text} not null check (verb in ('approve', 'reject')),
     issuer ${text} not null,
     subject ${text} not null,
     seal ${text} not null,
     decided_at ${text} not null,
     expires_at ${text} not null,
     envelope ${text} not null check (json_valid(envelope)),
     unique (change_id, issuer, subject)
   )${strict}`,
  `create table attempts (
     change_id ${text} not null references changes (id),
     step ${integer} not null check (step >= 0),
     attempt ${integer} not null check (attempt > 0),
     name ${text} not null,
     executor ${text} not null,
     begun_at ${text} not null,
     primary key (change_id, step, attempt)
   )${keyed}`,
  `create table outcomes (
     change_id ${text} not null,
     step ${integer} not null,
     attempt ${integer} not null,
     outcome ${text} not null check (outcome in ('done', 'landed', 'not_done', 'lost')),
     receipt ${text} check (receipt is null or json_valid(receipt)),
     ended_at ${text} not null,
     primary key (change_id, step, attempt),
     foreign key (change_id, step, attempt) references attempts (change_id, step, attempt),
     check ((outcome in ('done', 'landed')) = (receipt is not null))
   )${keyed}`,
  "create unique index outcomes_once on outcomes (change_id, step) where outcome in ('done', 'landed')",
  `create table events (
     seq ${counter},
     at ${text} not null,
     type ${text} not null,
     change_id ${text},
     actor ${text} not null check (json_valid(actor)),
     body ${text} not null check (json_valid(body)),
     previous ${text} not null,
     hash ${text} not null unique
   )${strict}`,
  'create index events_by_change on events (change_id, seq)',
];

/** The first tables. */
export const first = (words: Words): Migration => ({ up: (db) => run(db, [...words.functions, ...statements(words)]) });
