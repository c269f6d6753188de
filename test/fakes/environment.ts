/** What every process of ours that a test starts gets from this one, which passes nothing else on. */
export function basics(): { PATH: string; NODE_COMPILE_CACHE?: string } {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? { PATH } : { PATH, NODE_COMPILE_CACHE };
}

/** The folder of what is made once for all tests; see test/global-setup.ts. */
export function madeOnce(): string {
  const { COUNTERSIGN_TESTS: folder } = process.env;
  if (folder === undefined) throw new Error('test/global-setup.ts was not run');
  return folder;
}
