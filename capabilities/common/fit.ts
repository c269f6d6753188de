import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import type { Page, PageRequest } from './page.ts';
import { utf8Length } from './text.ts';

/**
 * What the items of a list may take, in bytes of JSON. Clients that print a result with indentation and cut it at 16,000
 * characters still show the cursor that stands after them.
 */
const listBytes = 8_000;

export const cursorInput = z
  .string()
  .max(2000)
  .optional()
  .describe('The `next_cursor` of the page before, to go on from there.');

/** How many bytes a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}

/** The first of the items, in order, whose JSON fits into a result, or into so many bytes; at least one. */
export function fitting<T>(items: readonly T[], room: number = listBytes): readonly T[] {
  let bytes = 0;
  const count = items.findIndex((item, index) => {
    bytes += jsonBytes(item) + 1;
    return bytes > room && index > 0;
  });
  return count === -1 ? items : items.slice(0, count);
}

/**
 * One page of a backend's list, with the items that `show` gives, cut to what fits. The cursor remembers where in the
 * backend's own page to go on.
 */
export async function fittedPage<T, Shown>(
  request: { readonly limit: number; readonly cursor?: string | undefined; readonly bytes?: number },
  load: (request: PageRequest) => Promise<Page<T>>,
  show: (item: T) => Shown | null,
): Promise<{ items: Shown[]; next_cursor: string | null }> {
  const from = parseCursor(request);
  const page = await load({ limit: from.limit, cursor: from.backend });
  const shown = page.items.flatMap((item, index) => {
    const seen = index < from.skip ? null : show(item);
    return seen === null ? [] : [{ index, seen }];
  });
  const fitted = fitting(shown, request.bytes);
  const last = fitted.at(-1);
  const items = fitted.map(({ seen }) => seen);
  if (fitted.length < shown.length && last !== undefined) {
    return { items, next_cursor: JSON.stringify([from.limit, last.index + 1, from.backend ?? null]) };
  }
  return { items, next_cursor: page.cursor === null ? null : JSON.stringify([from.limit, 0, page.cursor]) };
}

const cursorShape = z.tuple([
  z.number().int().min(1).max(100),
  z.number().int().min(0).max(100),
  z.string().nullable(),
]);

function parseCursor(request: { readonly limit: number; readonly cursor?: string | undefined }) {
  if (request.cursor === undefined) return { limit: request.limit, skip: 0, backend: undefined };
  const parsed = cursorShape.safeParse(parseJson(request.cursor));
  if (!parsed.success) {
    throw new AppError('invalid_arguments', 'The cursor is not one that this tool gave.', {
      next: 'Leave out `cursor` to begin at the start.',
    });
  }
  const [limit, skip, backend] = parsed.data;
  return { limit, skip, backend: backend ?? undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
