import * as z from 'zod';
import { AppError } from '#shared/errors.ts';

/** Where a list goes on: after an item that was told, by its own id. A number of a row would tell how many others there are. */
const position = z.tuple([z.string(), z.string()]);

/** The item after which a list goes on; null at its beginning. Throws AppError `invalid_arguments` for another list's cursor. */
export function afterOf(list: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const parsed = position.safeParse(jsonOf(cursor));
  if (parsed.success && parsed.data[0] === list) return parsed.data[1];
  throw noCursor();
}

/** The row of the item after which a list goes on. Throws AppError `invalid_arguments` where there is none. */
export function rowAfter<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw noCursor();
  return row;
}

/** A page of rows that were asked for with one more than wanted. */
export function listed<Row>(
  rows: readonly Row[],
  { limit, list, idOf }: { limit: number; list: string; idOf: (row: Row) => string },
): { readonly rows: readonly Row[]; readonly cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page, cursor: null };
  return { rows: page, cursor: Buffer.from(JSON.stringify([list, idOf(last)])).toString('base64url') };
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

function noCursor(): AppError {
  return new AppError('invalid_arguments', 'cursor: this is no cursor of this list.', {
    next: 'Repeat the call that gave it with the same arguments, or begin without a cursor.',
  });
}
