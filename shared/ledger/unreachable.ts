import { AppError } from '#shared/errors.ts';

/** What a transaction that could not be kept ends with. */
export function unreachable(cause: unknown): AppError {
  return new AppError('ledger_unavailable', 'The ledger cannot be written now, so nothing was done.', {
    next: 'Try again later; tell a person if it stays so.',
    cause,
  });
}
