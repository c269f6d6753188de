import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { AppError } from '#shared/errors.ts';

/** So many items of the backend are asked for at once, and gone through at most. */
const most = { atOnce: 100, looked: 100_000 };

const place = z.coerce.number().int().min(0).max(most.looked);

/**
 * One page of those items of a list that may be seen. The cursor counts only these, so that neither it nor the end of the
 * list tells how many others there are; what was passed before is gone through again.
 */
export async function visiblePage<T>(
  { limit, cursor = '0' }: PageRequest,
  load: (request: PageRequest) => Promise<Page<T>>,
  isVisible: (item: T) => boolean | Promise<boolean>,
): Promise<Page<T>> {
  const start = place.safeParse(cursor).data;
  if (start === undefined) throw new AppError('invalid_arguments', 'The cursor is not one that this tool gave.');
  const end = start + limit;
  const found: T[] = [];
  let [seen, looked] = [0, 0];
  for (let next: string | undefined; looked < most.looked; ) {
    const page = await load({ limit: most.atOnce, cursor: next });
    for (const item of page.items) {
      if (!(await isVisible(item))) continue;
      if (seen >= start && seen < end) found.push(item);
      seen += 1;
    }
    looked += Math.max(page.items.length, 1);
    if (seen > end) return { items: found, cursor: String(end) };
    if (page.cursor === null) return { items: found, cursor: null };
    next = page.cursor;
  }
  throw new AppError('unsupported', 'There is more than can be gone through.', { next: 'Ask for less of it.' });
}
