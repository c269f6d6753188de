import type { Sql } from '#shared/sqlite/sql.ts';
import { keptHeadings } from '../search/headings.ts';
import { bodyText } from './bodies.ts';
import { packed } from './packing.ts';

/** Packs what was packed as one part so that parts can be unpacked. */
export function packAgain(sql: Sql): void {
  for (const { id } of sql.all<{ id: number }>('select id from body order by id')) {
    const { bytes, cuts } = packed(bodyText(sql, id));
    if (cuts !== null) sql.run('update body set packed = ?, cuts = ? where id = ?', bytes, cuts, id);
  }
}

/** Gives passages the headings that they are under. */
export function keepHeadings(sql: Sql): void {
  type Row = { readonly page: number; readonly body: number };
  const pages = `select page.id as page, body from page join revision on revision.id = page.published
    where exists (select 1 from passage where passage.page = page.id)`;
  for (const { page, body } of sql.all<Row>(pages)) {
    const passages = sql.all<{ id: number; first: number; last: number }>(
      'select id, first, last from passage where page = ? order by first',
      page,
    );
    const kept = keptHeadings(bodyText(sql, body), passages);
    passages.forEach(({ id }, at) => {
      sql.run('update passage set headings = ? where id = ?', kept[at] ?? null, id);
    });
  }
}
