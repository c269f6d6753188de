import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';
import { failureOf } from './failure.ts';

/** The error of a read. The message is ours; what Jira said is the cause. */
export function readError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = failureOf(error);
  const { said: cause } = failure;
  if (failure.kind === 'limited') {
    return new AppError('backend_unavailable', noneUntil(failure.until), { next: 'Try again after that.', cause });
  }
  if (failure.kind !== 'status' || failure.status >= 500 || failure.status === 408) return unavailable(cause);
  if (failure.status === 401) {
    const next = 'Ask the operator to run countersign doctor tickets.';
    return new AppError('backend_refused', 'Jira does not take the credential of this server.', { next, cause });
  }
  if (failure.status === 400) {
    const message = 'Jira does not take this request: a name or a cursor in it may be none there.';
    return new AppError('invalid_arguments', message, {
      next: 'Look at the names, and start without a cursor.',
      cause,
    });
  }
  return new AppError('backend_refused', 'Jira refused to answer this.', {
    next: 'Ask the operator whether the account of this server may see it.',
    cause,
  });
}

/** Jira does not answer, or not in a way that can be read. */
export const unavailable = (cause: unknown): AppError =>
  new AppError('backend_unavailable', 'Jira does not answer as it should.', { next: 'Try again later.', cause });

/** With the time to the second, and never an earlier one than it is. */
function noneUntil(ms: number): string {
  const time = new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000', '');
  return `Jira takes no more requests until ${time}.`;
}

type NotDoneKind = NotDone['kind'];

const words: Readonly<Record<NotDoneKind, string>> = {
  stale: 'Nothing was done in Jira: what was to be written is no longer as it was.',
  refused: 'Jira refused this and did nothing.',
  unavailable: 'Jira cannot be reached or takes nothing now; nothing was done.',
};

/** A write that certainly did not happen, in our words. */
export const notDone = (kind: NotDoneKind, cause: unknown, message: string = words[kind]): NotDone =>
  new NotDone(kind, message, { cause });

/** A write of which nobody knows yet whether it happened. */
export const inDoubt = (cause: unknown): Error =>
  new Error('Jira gave no answer from which it can be told whether this was done.', { cause });

/**
 * Answers after which Jira has done nothing. Not 408, which does not say so, and not 412, with which it says that
 * archiving was done in part.
 */
const refusals: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 410, 413, 414, 415, 422, 431]);

/** The error of a write: `NotDone` where the answer proves that nothing happened, else one that says nothing. */
export function writeError(error: unknown): Error {
  // An AppError is of the token, without which nothing is sent.
  if (error instanceof NotDone || error instanceof AppError) return beforeWrite(error);
  const failure = failureOf(error);
  const { said } = failure;
  if (failure.kind === 'limited') return notDone('unavailable', said, `${noneUntil(failure.until)} Nothing was done.`);
  if (failure.kind === 'never_sent') return notDone('unavailable', said);
  const proved = failure.kind === 'status' ? proofOf(failure.status) : undefined;
  return proved === undefined ? inDoubt(said) : notDone(proved, said);
}

function proofOf(status: number): NotDoneKind | undefined {
  // 409 says of an issue that somebody else is changing it: it is read again before the next try.
  if (status === 401 || status === 409) return 'unavailable';
  return refusals.has(status) ? 'refused' : undefined;
}

/**
 * The error of what is read before a write, or of its token: nothing was written yet. What only the operator can put right
 * is no reason to end what was approved.
 */
export function beforeWrite(error: unknown): NotDone {
  if (error instanceof NotDone) return error;
  const read = readError(error);
  const kind = read.code === 'invalid_arguments' ? 'refused' : 'unavailable';
  return notDone(kind, read, `${read.message} Nothing was done.`);
}
