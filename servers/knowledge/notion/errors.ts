import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';
import { type Failure, failureOf } from './failure.ts';

/** The error of a read. The message is ours; what Notion said is the cause. */
export function readError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = failureOf(error);
  const { said: cause } = failure;
  if (failure.kind === 'limited') {
    const next = 'Try again after that.';
    return new AppError('backend_unavailable', noneUntil(failure.until), { next, cause });
  }
  if (failure.kind !== 'status' || failure.status >= 500 || failure.status === 409 || failure.status === 408) {
    const next = 'Try again later.';
    return new AppError('backend_unavailable', 'Notion does not answer as it should.', { next, cause });
  }
  if (failure.status === 401) {
    const next = 'Ask the operator to run countersign doctor knowledge.';
    return new AppError('backend_refused', 'Notion does not take the credential of this server.', { next, cause });
  }
  const next = 'Ask the operator which capabilities the integration of this server has.';
  return new AppError('backend_refused', 'Notion refused to answer this.', { next, cause });
}

/** With the time to the second, and never an earlier one than it is. */
function noneUntil(ms: number): string {
  const time = new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000', '');
  return `Notion takes no more requests until ${time}.`;
}

/** What a read gives, or null where Notion knows no such thing, or none of this kind. Throws AppError. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsent(failureOf(error))) return null;
    throw readError(error);
  }
}

/** Of an id that is a database's Notion says that the request is invalid. */
const isAbsent = (failure: Failure): boolean =>
  failure.kind === 'status' && (failure.status === 404 || failure.code === 'validation_error');

type NotDoneKind = NotDone['kind'];

const words: Readonly<Record<NotDoneKind, string>> = {
  stale: 'Nothing was done in Notion: what was to be written is no longer as it was.',
  refused: 'Notion refused this and did nothing.',
  unavailable: 'Notion cannot be reached or takes nothing now; nothing was done.',
};

/** A write that certainly did not happen, in our words. */
const notDone = (kind: NotDoneKind, cause: unknown, message: string = words[kind]): NotDone =>
  new NotDone(kind, message, { cause });

export const stale = (why: string): NotDone => notDone('stale', new Error(why));
export const refused = (why: string): NotDone => notDone('refused', new Error(why));

/** A write of which nobody knows yet whether it happened. */
export const inDoubt = (cause: unknown): Error =>
  new Error('Notion gave no answer from which it can be told whether this was done.', { cause });

/** Answers after which nothing was done. 409: "the transaction could not be completed", and may be sent again. */
const proofs: ReadonlyMap<number, NotDoneKind> = new Map([
  ...[400, 403, 405, 413, 415, 422].map((status) => [status, 'refused'] as const),
  [404, 'stale'],
  [401, 'unavailable'],
  [409, 'unavailable'],
]);

/** The error of a write: `NotDone` where the answer proves that nothing happened, else one that says nothing. */
export function writeError(error: unknown): Error {
  if (error instanceof NotDone) return error;
  const failure = failureOf(error);
  const { said } = failure;
  if (failure.kind === 'limited') return notDone('unavailable', said, `${noneUntil(failure.until)} Nothing was done.`);
  if (failure.kind === 'never_sent') return notDone('unavailable', said);
  const proved = failure.kind === 'status' ? proofs.get(failure.status) : undefined;
  return proved === undefined ? inDoubt(said) : notDone(proved, said);
}

/** The error of what is read before a write: nothing was written yet. */
export function beforeWrite(error: unknown): NotDone {
  if (error instanceof NotDone) return error;
  if (error instanceof RangeError) return notDone('refused', error);
  const read = readError(error);
  return notDone(read.code === 'unsupported' ? 'refused' : 'unavailable', read, `${read.message} Nothing was done.`);
}
