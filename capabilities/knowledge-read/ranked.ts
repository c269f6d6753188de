import * as z from 'zod';
import { AppError } from '#shared/errors.ts';

const shape = z.tuple([z.number().int().min(0), z.string()]);

/** How many results were shown before a cursor, and what goes on from there. */
export function rankedFrom(cursor: string | undefined): { readonly rank: number; readonly inner: string | undefined } {
  if (cursor === undefined) return { rank: 0, inner: undefined };
  try {
    const [rank, inner] = shape.parse(JSON.parse(cursor));
    return { rank, inner };
  } catch (cause) {
    throw new AppError('invalid_arguments', 'The cursor is not one that this tool gave.', {
      next: 'Leave out `cursor` to begin at the start.',
      cause,
    });
  }
}

/** The cursor that goes on after so many results; null at the end. */
export function rankedOn(rank: number, inner: string | null): string | null {
  return inner === null ? null : JSON.stringify([rank, inner]);
}
