import { type QueryExecutorProvider, SqliteAdapter, sql } from 'kysely';
import * as z from 'zod';
import { timeOfId } from '#shared/changes/ids.ts';
import type { Json } from '#shared/tools/index.ts';
import { wordsOf } from './words.ts';

/** So many different words are kept of one change. */
const most = 400;

/** Of each argument, so many characters: the rest of a text is in its contents. */
const mostOfAnArgument = 500;

/** Comes before what is kept whole, and in no word: it is neither letter nor digit. */
const whole = '\ue000';

/** How many changes of one millisecond have a place in the order of SQLite's index. */
export const placesAMillisecond = 1024;

/** What is searched of a sealed body; of one from before some of it was sealed, what there is. */
const searched = z.object({
  change_id: z.string(),
  server: z.string(),
  tool: z.string(),
  requester: z.object({ agent: z.string().optional() }),
  summary: z.string().default(''),
  target: z.json().default(null),
  arguments: z.json().default(null),
  effects: z.array(z.object({ path: z.string().optional() })).default([]),
  touches: z.array(z.string()).default([]),
});

/** How a field is kept as a whole, to be found by exactly what it is. */
export function wholeWord(field: 'agent' | 'server' | 'tool', value: string): string {
  return `${whole}${field}${Buffer.from(value).toString('hex')}`;
}

/** Of a sealed body: whose it is, its words, and the first of its places in the order of SQLite's index. */
export function searchedOf(body: string): { readonly id: string; readonly words: string[]; readonly first: number } {
  const sealed = searched.parse(JSON.parse(body));
  const id = sealed.change_id;
  return { id, words: wordsOfSealed(sealed), first: timeOfId(id) * placesAMillisecond };
}

/** Lets a change be found by the words of what was sealed of it. */
export async function keepSearched(db: QueryExecutorProvider, body: string): Promise<void> {
  const { id, words, first } = searchedOf(body);
  if (!(db.getExecutor().adapter instanceof SqliteAdapter)) {
    const vector = sql`array_to_tsvector(${words}::text[])`;
    await sql`insert into search (change_id, words) values (${id}, ${vector})`.execute(db);
    return;
  }
  const { rows } = await sql<{ last: number | null }>`select max(position) as last from search
    where position >= ${first} and position < ${first + placesAMillisecond}`.execute(db);
  const last = rows[0]?.last ?? null;
  const position = last === null ? first : last + 1;
  await sql`insert into search (position, change_id) values (${position}, ${id})`.execute(db);
  await sql`insert into search_words (rowid, words) values (cast(${position} as integer), ${words.join(' ')})`.execute(
    db,
  );
}

/** What comes first is kept where there is too much. */
function wordsOfSealed(sealed: z.infer<typeof searched>): string[] {
  const { change_id, server, tool, summary, touches } = sealed;
  const { agent } = sealed.requester;
  const paths = sealed.effects.flatMap(({ path }) => path ?? []);
  const given = textsIn(sealed.arguments as Json).map((text) => text.slice(0, mostOfAnArgument));
  const texts = [
    change_id,
    tool,
    agent ?? '',
    summary,
    ...textsIn(sealed.target as Json),
    ...touches,
    ...paths,
    ...given,
  ];
  const exact = [
    wholeWord('server', server),
    wholeWord('tool', tool),
    ...(agent === undefined ? [] : [wholeWord('agent', agent)]),
  ];
  return [...exact, ...new Set(texts.flatMap(wordsOf))].slice(0, most);
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
