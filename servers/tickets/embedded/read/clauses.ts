import { textsOfTicket } from '../tracker/text-index.ts';
import type { Position } from './cursor.ts';

/** A condition on a row of `ticket`: a fixed text, and the values for it. */
export type Clause = { readonly sql: string; readonly values: readonly (string | number)[] };

export function within(order: string, after: Position | null): Clause | null {
  return after && { sql: `(${order}, id) < (?, ?)`, values: [after.at, after.id] };
}

export function inSome(column: string, numbers: readonly number[] | null): Clause | null {
  if (numbers === null) return null;
  return { sql: `${column} in (select value from json_each(?))`, values: [JSON.stringify(numbers)] };
}

/** That some text of the ticket has a phrase. */
export function matching(phrase: string): Clause {
  const sql = `id in (select rowid / ${textsOfTicket} from words where words match ?)`;
  return { sql, values: [phrase] };
}
