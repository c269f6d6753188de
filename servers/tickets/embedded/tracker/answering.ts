import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';
import type { Tracker } from './tracker.ts';

/** What is read of one state of a tracker. Throws AppError `backend_unavailable` where it cannot be read now. */
export async function answer<T>(tracker: Tracker, read: () => T): Promise<T> {
  try {
    return tracker.read(read);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new AppError('backend_unavailable', 'The tracker cannot be read now.', { cause: error });
  }
}
