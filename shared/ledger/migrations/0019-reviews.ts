import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, counter, strict }: Words): readonly string[] => [
  `create table reviews_seen (
     id ${counter},
     change_id ${text} not null references changes (id),
     phase ${text} not null check (phase in ('waiting', 'writing')),
     review ${text} not null,
     state ${text} not null check (state in ('approved', 'changes_requested', 'dismissed')),
     head ${text} not null,
     account ${text} not null,
     login ${text} not null,
     may_write ${integer} not null check (may_write in (0, 1)),
     submitted_at ${text} not null,
     seen_at ${text} not null
   )${strict}`,
  'create index reviews_seen_by_change on reviews_seen (change_id, id)',
];

/** What reviewers were seen to say on the backend of changes that go by it. The last of an account counts; it only grows. */
export const reviews = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
