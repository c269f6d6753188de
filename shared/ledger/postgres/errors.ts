import { AppError } from '#shared/errors.ts';

/**
 * SQLSTATE classes and codes that say something of the server, its disk or the way to it, and nothing of the statement:
 * no connection, no resources, stopped by an operator, system error, damaged, not signed in, a standby, a lock or an idle
 * transaction held for too long.
 */
const outOfReach = /^(?:08|53|57|58|XX|28|3D000$|25006$|25P03$|55P03$)/;

/** What the system says when there is no connection to be had, and what the driver says, which gives no code. */
const noConnection = /^E[A-Z]+$/;
const lostConnection =
  /^(?:Connection terminated|Client (?:has encountered|was closed)|timeout e|Query read timeout|The server does not support SSL|Cannot use a pool|driver has already)/;

function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return outOfReach.test(code) || noConnection.test(code) || lostConnection.test(error.message);
}

/** Serialisation failures and deadlocks: the whole transaction was rolled back and may be run again. */
export function mayRunAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** The error as callers know it: what says nothing of the statement is one thing to them. */
export function translated(error: unknown): unknown {
  if (!isOutOfReach(error)) return error;
  return new AppError('ledger_unavailable', 'The ledger cannot be reached now, so nothing was done.', {
    next: 'Try again later; tell a person if it stays so.',
    cause: error,
  });
}
