import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, integer, keyed }: Words): readonly string[] => [
  `create table versions (
     change_id ${text} primary key not null references changes (id),
     supersedes ${text} not null unique references changes (id),
     version ${integer} not null check (version between 2 and 10)
   )${keyed}`,
];

/** Which change a change is a new version of; a change has at most one. */
export const versions = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
