import { AppError } from '#shared/errors.ts';

/** Spends some bytes. Throws AppError `too_large` when more is spent than there is. */
export type Budget = (bytes: number) => void;

export function budget(most: number): Budget {
  let left = most;
  return (bytes) => {
    left -= bytes;
    if (left >= 0) return;
    throw new AppError('too_large', `What is pushed comes to more than ${most} bytes.`, {
      next: 'Push less at once, or leave large files out.',
    });
  };
}
