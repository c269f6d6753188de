import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from '#servers/knowledge/embedded/store/schema.ts';
import { found, newBase, newFolder, present, query } from './base.ts';

const paragraph = (word: string): string => `${`${word} and many more words beside it. `.repeat(40)}\n\n`;
const long = `# Tea\n\n${paragraph('kettle')}${paragraph('leaf')}## Pots 🫖\n\n${paragraph('teapot')}${paragraph('lid')}## 急須\n\n急須の洗い方。\n`;
const short = 'Post office.\n';

/** The passages of a page, with the words of the index, as the first form of the file had them. */
const passages = [
  { page: 1, first: 1, last: 4, heading: 'Tea', body: 'kettle' },
  { page: 1, first: 5, last: 6, heading: 'Tea', body: 'leaf' },
  { page: 1, first: 7, last: 10, heading: 'Tea Pots', body: 'teapot' },
  { page: 1, first: 11, last: 12, heading: 'Tea Pots', body: 'lid' },
  { page: 1, first: 13, last: 16, heading: 'Tea 急須', body: '急須 須の の洗 洗い い方 方' },
  { page: 2, first: 1, last: 2, heading: '', body: 'post office' },
];

/** A file as the first version of it was: texts packed in whole, and no headings with the passages. */
function firstForm(path: string): void {
  const database = new Database(path);
  const [first] = migrations;
  database.exec(String(first));
  const add = (table: string, values: readonly (string | number | null | Uint8Array)[]): void => {
    database.prepare(`insert into ${table} values (${values.map(() => '?').join(', ')})`).run(values);
  };
  add('about', ['instance', '0123abcd']);
  add('about', ['latest', '1000']);
  add('namespace', [1, 'ns_1', 'handbook', 'Handbook', 'internal', 0, passages.length, 400]);
  database.exec(`create virtual table words_1 using fts5 (title, heading, body, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'");
    insert into words_1 (words_1, rank) values ('rank', 'bm25(5.0, 3.0, 1.0)')`);
  for (const [at, text] of [long, short].entries()) {
    const id = at + 1;
    add('page', [id, `pg_${id}`, 1, null, id, 0, null, null, 1_000, 1_000]);
    add('body', [id, createHash('sha256').update(text).digest(), deflateRawSync(text)]);
    const author = ['person', 'alice', null, null, null, null, null, 'trusted'];
    add('revision', [id, `rv_${id}`, id, 1_000, `Page ${id}`, id, ...author, null, 1]);
    add('head', [id, id, 1_000, id]);
    add('place', [id, id, 1_000, 1, null, 0, null]);
  }
  database.exec('update page set published = id');
  for (const [at, { page, first: begins, last, heading, body }] of passages.entries()) {
    add('passage', [at + 1, page, 1, begins, last, 70]);
    database
      .prepare('insert into words_1 (rowid, title, heading, body) values (?, ?, ?, ?)')
      .run(at + 1, `Page ${page}`, heading, body);
  }
  database.pragma('user_version = 1');
  database.close();
}

test('a file of the first form is searched, read and written on', async () => {
  const path = join(newFolder(), 'knowledge.db');
  firstForm(path);
  const { reader, page, edit, store } = newBase({ path });
  for (const [text, heading, line] of [
    ['kettle', 'Tea', 3],
    ['leaf', 'Tea', 5],
    ['teapot', 'Pots 🫖', 9],
    ['lid', 'Pots 🫖', 11],
    ['急須', '急須', 13],
    ['post office', null, 1],
  ] as const) {
    const [hit] = await found(reader, query(text));
    expect(hit).toMatchObject({ heading, line });
    expect(hit?.snippet).toContain(text === 'post office' ? 'Post office.' : text);
  }
  expect((await page('pg_1')).body.text).toBe(long);
  expect((await page('pg_2')).body.text).toBe(short);
  expect(store.all('select id from passage order by id')).toEqual(passages.map((_, at) => ({ id: at + 1 })));
  edit('pg_2', long.replace('lid', 'cover'));
  expect(await found(reader, query('cover'))).toMatchObject([{ id: 'pg_2', heading: 'Pots 🫖' }]);
  expect(present(store.one('pragma integrity_check'))).toEqual({ integrity_check: 'ok' });
  expect(newBase({ path }).store.origin).toBe('knowledge:0123abcd');
});
