import { forIndex } from '#capabilities/common/words.ts';
import type { Sql } from '#shared/sqlite/sql.ts';

/**
 * Each row of the index is one text of a ticket: the ticket's own, or the comment of that number. By the number of the
 * row one knows the ticket without looking at anything else.
 */
export const textsOfTicket = 2 ** 20;

/** A ticket's own words, anew. */
export function indexTicket(sql: Sql, ticket: number, title: string, description: string | null): void {
  put(sql, ticket * textsOfTicket, forIndex(title), forIndex(description ?? ''));
}

/** The words of a comment, anew. */
export function indexComment(sql: Sql, ticket: number, number: number, body: string): void {
  put(sql, ticket * textsOfTicket + number, '', forIndex(body));
}

function put(sql: Sql, row: number, title: string, body: string): void {
  sql.run('insert or replace into words (rowid, title, body) values (?, ?, ?)', row, title, body);
}
