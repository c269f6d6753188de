import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';
import { failureOf } from './failure.ts';
import type { Product } from './product.ts';

type NotDoneKind = NotDone['kind'];

/** The errors of one product, in our words; what it said itself is the cause. */
export type Errors = {
  /** The error of a read. */
  readonly readError: (error: unknown) => AppError;
  /** It does not answer, or not in a way that can be read. */
  readonly unavailable: (cause: unknown) => AppError;
  /** A write that certainly did not happen. */
  readonly notDone: (kind: NotDoneKind, cause: unknown, message?: string) => NotDone;
  /** A write of which nobody knows yet whether it happened. */
  readonly inDoubt: (cause: unknown) => Error;
  /** The error of a write: `NotDone` where the answer proves that nothing happened, else one that says nothing. */
  readonly writeError: (error: unknown) => Error;
  /**
   * The error of what is read before a write, or of its token: nothing was written yet. What only the operator can put
   * right is no reason to end what was approved.
   */
  readonly beforeWrite: (error: unknown) => NotDone;
};

export function errorsOf(product: Product): Errors {
  const { name } = product;
  const { readError, unavailable } = readErrorsOf(product);
  const words: Readonly<Record<NotDoneKind, string>> = {
    stale: `Nothing was done in ${name}: what was to be written is no longer as it was.`,
    refused: `${name} refused this and did nothing.`,
    unavailable: `${name} cannot be reached or takes nothing now; nothing was done.`,
  };
  const notDone: Errors['notDone'] = (kind, cause, message = words[kind]) => new NotDone(kind, message, { cause });
  const inDoubt: Errors['inDoubt'] = (cause) =>
    new Error(`${name} gave no answer from which it can be told whether this was done.`, { cause });
  const beforeWrite: Errors['beforeWrite'] = (error) => {
    if (error instanceof NotDone) return error;
    const read = readError(error);
    const kind = read.code === 'invalid_arguments' ? 'refused' : 'unavailable';
    return notDone(kind, read, `${read.message} Nothing was done.`);
  };
  const writeError: Errors['writeError'] = (error) => {
    // An AppError is of the token, without which nothing is sent.
    if (error instanceof NotDone || error instanceof AppError) return beforeWrite(error);
    const failure = failureOf(error);
    const { said } = failure;
    if (failure.kind === 'limited') {
      return notDone('unavailable', said, `${noneUntil(name, failure.until)} Nothing was done.`);
    }
    if (failure.kind === 'never_sent') return notDone('unavailable', said);
    const proved = failure.kind === 'status' ? proofOf(failure.status, product) : undefined;
    return proved === undefined ? inDoubt(said) : notDone(proved, said);
  };
  return { readError, unavailable, notDone, inDoubt, writeError, beforeWrite };
}

function readErrorsOf({ name, server }: Product): Pick<Errors, 'readError' | 'unavailable'> {
  const unavailable: Errors['unavailable'] = (cause) =>
    new AppError('backend_unavailable', `${name} does not answer as it should.`, { next: 'Try again later.', cause });
  const readError: Errors['readError'] = (error) => {
    if (error instanceof AppError) return error;
    const failure = failureOf(error);
    const { said: cause } = failure;
    if (failure.kind === 'limited') {
      const next = 'Try again after that.';
      return new AppError('backend_unavailable', noneUntil(name, failure.until), { next, cause });
    }
    if (failure.kind !== 'status' || failure.status >= 500 || failure.status === 408) return unavailable(cause);
    if (failure.status === 401) {
      const next = `Ask the operator to run countersign doctor ${server}.`;
      return new AppError('backend_refused', `${name} does not take the credential of this server.`, { next, cause });
    }
    if (failure.status === 400) {
      const message = `${name} does not take this request: a name or a cursor in it may be none there.`;
      const next = 'Look at the names, and start without a cursor.';
      return new AppError('invalid_arguments', message, { next, cause });
    }
    const next = 'Ask the operator whether the account of this server may see it.';
    return new AppError('backend_refused', `${name} refused to answer this.`, { next, cause });
  };
  return { readError, unavailable };
}

/** With the time to the second, and never an earlier one than it is. */
function noneUntil(name: string, ms: number): string {
  const time = new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000', '');
  return `${name} takes no more requests until ${time}.`;
}

/**
 * Answers after which nothing was done. Not 408, which does not say so, and not 412, with which Jira says that archiving
 * was done in part.
 */
const refusals: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 410, 413, 414, 415, 422, 431]);

function proofOf(status: number, { conflict }: Product): NotDoneKind | undefined {
  if (status === 401) return 'unavailable';
  if (status === 409) return conflict;
  return refusals.has(status) ? 'refused' : undefined;
}
