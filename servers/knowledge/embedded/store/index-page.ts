import { forIndex } from '#capabilities/common/words.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { keptHeadings } from '../search/headings.ts';
import { passagesOf } from '../search/passages.ts';
import { tokensIn } from '../search/tokens.ts';
import { bodyText } from './bodies.ts';
import { linkTargets } from './links.ts';
import { wordsOf } from './namespaces.ts';
import { revisionById } from './revisions.ts';
import type { PageRow } from './rows.ts';

/**
 * Makes the index, and the links that are known, what everybody sees of a page by now. What waits, or is in the trash, is
 * in no statistics.
 */
export function indexPage(sql: Sql, page: PageRow): void {
  takeOut(sql, page.id);
  if (page.published === null || page.trashed === 1) return;
  const { title, body } = revisionById(sql, page.published);
  const text = bodyText(sql, body);
  const origin = sql.one<{ value: string }>("select value from about where name = 'instance'")?.value ?? '';
  for (const { kind, target } of linkTargets(text, `knowledge:${origin}`, page.path)) {
    sql.run('insert into link values (?, ?, ?)', page.id, kind, target);
  }
  const [name, words] = [forIndex(title), wordsOf(page.namespace)];
  let [passages, tokens] = [0, 0];
  const parts = passagesOf(text);
  const headings = keptHeadings(text, parts);
  for (const [at, passage] of parts.entries()) {
    const [heading, content] = [forIndex(passage.heading), forIndex(passage.text)];
    const length = tokensIn(name).length + tokensIn(heading).length + tokensIn(content).length;
    const { id } = sql.run(
      'insert into passage (page, namespace, first, last, tokens, headings) values (?, ?, ?, ?, ?, ?)',
      ...[page.id, page.namespace, passage.first, passage.last, length, headings[at] ?? null],
    );
    sql.run(`insert into ${words} (rowid, title, heading, body) values (?, ?, ?, ?)`, id, name, heading, content);
    [passages, tokens] = [passages + 1, tokens + length];
  }
  count(sql, page.namespace, passages, tokens);
}

function takeOut(sql: Sql, page: number): void {
  type Row = { id: number; namespace: number; tokens: number };
  for (const { id, namespace, tokens } of sql.all<Row>(
    'select id, namespace, tokens from passage where page = ?',
    page,
  )) {
    sql.run(`delete from ${wordsOf(namespace)} where rowid = ?`, id);
    count(sql, namespace, -1, -tokens);
  }
  sql.run('delete from passage where page = ?', page);
  sql.run('delete from link where page = ?', page);
}

function count(sql: Sql, namespace: number, passages: number, tokens: number): void {
  sql.run(
    'update namespace set passages = passages + ?, tokens = tokens + ? where id = ?',
    passages,
    tokens,
    namespace,
  );
}
