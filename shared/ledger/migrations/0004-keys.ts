import type { Migration } from 'kysely/migration';
import { run, type Words } from './words.ts';

const statements = ({ text, keyed }: Words): readonly string[] => [
  `create table idempotency_keys (
     agent ${text} not null,
     blueprint ${text} not null,
     idempotency_key ${text} not null,
     change_id ${text} not null references changes (id),
     primary key (agent, blueprint, idempotency_key)
   )${keyed}`,
];

/** Keys of proposals that were found to be an open change already, which has no key or another of its own. */
export const keys = (words: Words): Migration => ({ up: (db) => run(db, statements(words)) });
