import type { Sql } from '#shared/sqlite/sql.ts';
import { bodyLines } from '../store/bodies.ts';
import { headingsBefore } from './headings.ts';
import { passagesIn } from './part.ts';
import type { Weighed } from './weigh.ts';

type Row = Omit<Weighed, 'heading' | 'text'> & {
  readonly passage: number;
  readonly body: number;
  readonly headings: string | null;
};

/** What passages of what is published say, by their numbers. */
export function passagesBy(sql: Sql, ids: readonly number[]): Weighed[] {
  const query = `select passage.id as passage, passage.page, first, last, headings, revision.id as revision, title, body
    from json_each(?) join passage on passage.id = json_each.value
    join page on page.id = passage.page join revision on revision.id = page.published`;
  return sql.all<Row>(query, JSON.stringify(ids)).flatMap(({ headings, body, ...row }) => {
    if (headings === null) {
      const found = passagesIn(sql, row.page, row.revision).find(({ first }) => first === row.first);
      return found === undefined ? [] : [{ ...found, passage: row.passage }];
    }
    const heading = headingsBefore(headings, row.first);
    return [{ ...row, heading, text: bodyLines(sql, body, row).join('\n') }];
  });
}
