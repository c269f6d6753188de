import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * A file's bytes; only their number where they are more than `most`. Throws the error of the system for a symbolic link;
 * a pipe is empty, so that nobody is waited for.
 */
export function readAlone(path: string, most: number): Uint8Array | number {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    return size > most ? size : readFileSync(file);
  } finally {
    closeSync(file);
  }
}
