import type { Sql } from '#shared/sqlite/sql.ts';
import { authorColumns, authorValues } from './author.ts';
import { newRef } from './ids.ts';
import type { AuthorColumns } from './rows.ts';

/** What somebody says on a page. */
export type NewComment = {
  readonly page: number;
  readonly text: string;
  readonly replyTo: number | null;
  readonly author: AuthorColumns;
  /** Whether others may see it; else it waits. */
  readonly accepted: boolean;
  readonly at: number;
};

/** Adds a comment; answers its id. */
export function addCommentRow(sql: Sql, { page, text, replyTo, author, accepted, at }: NewComment): string {
  const ref = newRef('cm');
  sql.run(
    `insert into comment (ref, page, body, reply_to, accepted, created_at, updated_at, ${authorColumns})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[ref, page, text, replyTo, accepted ? 1 : 0, at, at, ...authorValues(author)],
  );
  return ref;
}
