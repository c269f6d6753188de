import { setImmediate as others } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AppError } from '#shared/errors.ts';
import type { Store } from './store.ts';

/** What is read of one state of the file, after whatever else is waiting: who reads much holds nobody up. Throws AppError `backend_unavailable` where it cannot be read now. */
export async function answer<T>(store: Store, read: () => T): Promise<T> {
  await others();
  try {
    return store.read(read);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new AppError('backend_unavailable', 'The knowledge base cannot be read now.', { cause: error });
  }
}
