import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { AppError } from '#shared/errors.ts';

/** How many of a list were told before. Throws AppError `invalid_arguments` for a cursor that none of ours is. */
export function offsetOf({ cursor }: PageRequest): number {
  if (cursor === undefined) return 0;
  if (/^[1-9]\d{0,5}$/.test(cursor)) return Number(cursor);
  throw new AppError('invalid_arguments', 'This cursor is not one that was given here.', {
    next: 'Start again without a cursor.',
  });
}

/** Some of all, from one on. */
export function sliceOf<T>(all: readonly T[], offset: number, limit: number): Page<T> {
  const end = offset + limit;
  return { items: all.slice(offset, end), cursor: end < all.length ? String(end) : null };
}
