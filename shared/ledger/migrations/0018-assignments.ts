import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, counter, strict }: Words): readonly string[] => [
  `create table assignments (
     id ${counter},
     change_id ${text} not null references changes (id),
     assignee ${text} check (assignee is null or json_valid(assignee)),
     actor ${text} not null check (json_valid(actor)),
     at ${text} not null
   )${strict}`,
  'create index assignments_by_change on assignments (change_id, id)',
];

/** Who has taken a change that waits, or was asked to look at it. The last row of a change counts; the table only grows. */
export const assignments = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
