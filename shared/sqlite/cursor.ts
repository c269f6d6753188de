import * as z from 'zod';
import { AppError } from '../errors.ts';

/** Where a list goes on: what the last item of a page is ordered by. It says nothing of what the list is of. */
const position = z.tuple([z.string(), z.int().min(0), z.int().min(0)]);

/** A place in one list. `of` names the list, and a cursor of another one is refused. */
export type Position = { readonly at: number; readonly id: number };

export function cursorAt(of: string, { at, id }: Position): string {
  return Buffer.from(JSON.stringify([of, at, id])).toString('base64url');
}

/** Throws AppError `invalid_arguments` for what is no cursor of that list. */
export function positionOf(of: string, cursor: string): Position {
  const parsed = position.safeParse(jsonOf(cursor));
  if (!parsed.success || parsed.data[0] !== of) {
    throw new AppError('invalid_arguments', 'cursor: this is no cursor of this list.', {
      next: 'Repeat the call that gave it with the same arguments, or begin without a cursor.',
    });
  }
  const [, at, id] = parsed.data;
  return { at, id };
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

/** A page of rows that were asked for with one more than wanted. */
export function cut<Row>(
  rows: readonly Row[],
  { limit, of, at }: { limit: number; of: string; at: (row: Row) => Position },
): { readonly rows: readonly Row[]; readonly cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, cursor: rows.length > limit && last !== undefined ? cursorAt(of, at(last)) : null };
}

/** A list that is ordered by number alone, from the highest on, and the number below which it goes on. */
export function listOf(
  list: string,
  { cursor }: { readonly cursor?: string | undefined },
): { readonly list: string; readonly before: number } {
  return { list, before: cursor === undefined ? Number.MAX_SAFE_INTEGER : positionOf(list, cursor).id };
}
