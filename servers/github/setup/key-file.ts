import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '#shared/errors.ts';

/** A place for a private key, held before there is one, so that it cannot be that one is made and not kept. */
export type KeyFile = {
  /** Writes the key, for its owner alone. Throws AppError `already_exists` where a file has come in between. */
  readonly keep: (pem: string) => void;
  /** Leaves nothing behind. */
  readonly discard: () => void;
};

const exists = (path: string): AppError =>
  new AppError('already_exists', `There is a file at ${path} already.`, {
    next: 'Give another path with --key, or --force to replace it.',
  });

/** Throws AppError `already_exists`, or `bad_configuration` when nothing can be written there. */
export function holdKeyFile(path: string, { force }: { readonly force: boolean }): KeyFile {
  if (!force && existsSync(path)) throw exists(path);
  const next = `${path}.${process.pid}.new`;
  const file = open(next, path);
  const discard = (): void => rmSync(next, { force: true });
  return {
    keep: (pem) => {
      writeSync(file, pem);
      fsyncSync(file);
      closeSync(file);
      if (force) renameSync(next, path);
      else place(next, path);
    },
    discard,
  };
}

function open(next: string, path: string): number {
  try {
    return openSync(next, 'wx', 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('bad_configuration', `The key cannot be kept at ${path} (${code}).`, { cause });
  }
}

/** A link takes nobody's place, other than a rename. */
function place(next: string, path: string): void {
  try {
    linkSync(next, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw exists(path);
  } finally {
    rmSync(next, { force: true });
  }
}
