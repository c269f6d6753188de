import { AppError } from '#shared/errors.ts';
import { NotDone } from '#shared/tools/index.ts';
import { type Failure, failureOf, Refused } from './failure.ts';

/** The error of a read. The message is ours; what Linear said is the cause. */
export function readError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'unauthenticated':
      return new AppError('backend_refused', 'Linear does not take the credential of this server.', {
        next: 'Ask the operator to run countersign doctor tickets.',
        cause: failure.said,
      });
    case 'forbidden':
    case 'invalid':
    case 'exists':
      return new AppError('backend_refused', 'Linear refused to answer this.', { cause: failure.said });
    case 'limited':
      return new AppError('backend_unavailable', noneUntil(failure.until), {
        next: 'Try again after that.',
        cause: failure.said,
      });
    default:
      return unavailable(failure.said);
  }
}

/** Linear does not answer, or not in a way that can be read. */
const unavailable = (cause: unknown): AppError =>
  new AppError('backend_unavailable', 'Linear does not answer as it should.', { next: 'Try again later.', cause });

/** With the time to the second, and never an earlier one than it is. */
function noneUntil(ms: number): string {
  const time = new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000', '');
  return `Linear takes no more requests until ${time}.`;
}

/** What a read gives, or null where Linear knows no such thing. Throws AppError. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (failureOf(error).kind === 'absent') return null;
    throw readError(error);
  }
}

type NotDoneKind = NotDone['kind'];

const words: Readonly<Record<NotDoneKind, string>> = {
  stale: 'Nothing was done on Linear: what was to be written is no longer as it was.',
  refused: 'Linear refused this and did nothing.',
  unavailable: 'Linear cannot be reached or takes nothing now; nothing was done.',
};

/** A write that certainly did not happen, in our words. */
export const notDone = (kind: NotDoneKind, cause: unknown, message: string = words[kind]): NotDone =>
  new NotDone(kind, message, { cause });

/** A write of which nobody knows yet whether it happened. */
export const inDoubt = (cause: unknown): Error =>
  new Error('Linear gave no answer from which it can be told whether this was done.', { cause });

/** What a failure of a mutation proves; undefined where it proves nothing. */
const proofs: Readonly<Record<Failure['kind'], NotDoneKind | undefined>> = {
  never_sent: 'unavailable',
  limited: 'unavailable',
  // Only the operator can put the credential right, and what was approved can wait for that.
  unauthenticated: 'unavailable',
  forbidden: 'refused',
  invalid: 'refused',
  exists: 'refused',
  // It was there when it was read a moment before.
  absent: 'stale',
  lost: undefined,
  trouble: undefined,
};

/** The error of a mutation: `NotDone` where the answer proves that nothing happened, else one that says nothing. */
export function writeError(error: unknown): Error {
  // One of ours is of the token, without which nothing is sent.
  if (error instanceof NotDone || error instanceof AppError) return beforeWrite(error);
  const failure = failureOf(error);
  const kind = isBelowTheMutation(error) ? undefined : proofs[failure.kind];
  if (kind === undefined) return inDoubt(failure.said);
  if (failure.kind === 'limited') return notDone(kind, failure.said, `${noneUntil(failure.until)} Nothing was done.`);
  return notDone(kind, failure.said);
}

/** Then the mutation ran, and only its answer is incomplete. */
const isBelowTheMutation = (error: unknown): boolean =>
  error instanceof Refused && error.faults.some(({ path }) => path !== undefined && path.length > 1);

/** The error of what is read before a write, or of its token: nothing was written yet. */
export function beforeWrite(error: unknown): NotDone {
  if (error instanceof NotDone) return error;
  const read = readError(error);
  const { kind } = failureOf(error);
  if (kind === 'absent') return notDone('stale', read);
  const done = kind === 'forbidden' || kind === 'invalid' ? 'refused' : 'unavailable';
  return notDone(done, read, `${read.message} Nothing was done.`);
}
