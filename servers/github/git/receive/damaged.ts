import { AppError } from '#shared/errors.ts';

/** The answer to a pack that git would not have made; what is wrong with it goes into the log. */
export function damaged(what: string): AppError {
  return new AppError('invalid_arguments', `The pack is damaged: it has ${what}.`, {
    next: 'Push again; if it stays so, look at the clone with git fsck.',
  });
}
