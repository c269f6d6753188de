import { join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import { holderOf, takePidLock } from '#shared/process/pid-lock.ts';

/** The hold of one suite on its data directory. */
export type Lock = {
  /** Whether the suite before was ended by force, so that its processes may be just about to end. */
  readonly tookOver: boolean;
  readonly release: () => void;
};

/**
 * Takes the data directory for this process. A lock whose process is gone is taken over. Throws AppError
 * `bad_configuration` when another suite runs on the directory.
 */
export function lockData(data: string): Lock {
  const path = join(data, 'suite.lock');
  const lock = takePidLock(path);
  if (lock) return lock;
  const message = `Another suite (process ${holderOf(path)}) runs on this data directory; its lock is ${path}.`;
  throw new AppError('bad_configuration', message, { next: 'Stop it, or choose another directory with --data.' });
}
