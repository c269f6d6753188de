import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { keepSearched } from '../search/keep.ts';
import { run, type Words } from './words.ts';

/** Sealed bodies that are in memory at once. */
const page = 200;

const statements = ({ search }: Words): readonly string[] => [
  ...search,
  // Lists of one server, tool or agent: of each status the newest, which are put together.
  'create index changes_of_server on changes (server, status, id)',
  'create index changes_of_tool on changes (tool, status, id)',
  'create index changes_of_agent on changes (agent, status, id)',
];

/** Changes can be searched by the words of what was sealed of them, those of before too. */
export const search = (words: Words): Migration => ({
  up: async (db) => {
    await run(db, statements(words));
    await keepPast(db);
  },
});

async function keepPast(db: Kysely<unknown>): Promise<void> {
  for (let last = ''; ; ) {
    const { rows } = await sql<{ change_id: string; body: string }>`
      select change_id, body from sealed where change_id > ${last} order by change_id limit ${page}`.execute(db);
    for (const { body } of rows) await keepSearched(db, body);
    last = rows.at(-1)?.change_id ?? last;
    if (rows.length < page) return;
  }
}
