import { join } from 'node:path';

/**
 * What every process of ours that a test starts gets from this one, which passes nothing else on. They find the code
 * that others compiled, so that of the hundreds of processes only the first of each kind compiles all of it. What keeps
 * it after its end must be over before the folder is removed, so the tests themselves do not use it.
 */
export function basics(): { PATH: string; NODE_COMPILE_CACHE?: string } {
  const { PATH = '', COUNTERSIGN_TESTS: folder } = process.env;
  return folder === undefined ? { PATH } : { PATH, NODE_COMPILE_CACHE: join(folder, 'compiled') };
}

/** The folder of what is made once for all tests; see test/global-setup.ts. */
export function madeOnce(): string {
  const { COUNTERSIGN_TESTS: folder } = process.env;
  if (folder === undefined) throw new Error('test/global-setup.ts was not run');
  return folder;
}
