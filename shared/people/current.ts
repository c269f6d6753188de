import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { stampOf } from '#shared/blueprints/stamp.ts';
import { AppError } from '#shared/errors.ts';
import { loadPeople } from './load.ts';
import type { People } from './people.ts';

/**
 * People as their file says now: read again whenever it changed. What this answers throws AppError `bad_configuration`
 * while the file is gone or cannot be used, such as in the middle of being saved. Throws at once when it cannot be used
 * to begin with.
 */
export function currentPeople(path: string): () => People {
  let seen = stampOf(path);
  let current: People | BlueprintErrors = loadPeople(path);
  return () => {
    const stamp = stampOf(path);
    if (stamp !== seen || stamp === null) {
      current = read(path);
      seen = stamp;
    }
    if (!(current instanceof BlueprintErrors)) return current;
    throw new AppError('bad_configuration', 'The list of people cannot be used as its file is now.', {
      next: 'Ask the operator of this server to mend it.',
      cause: current,
    });
  };
}

function read(path: string): People | BlueprintErrors {
  try {
    return loadPeople(path);
  } catch (error) {
    if (error instanceof BlueprintErrors) return error;
    throw error;
  }
}
