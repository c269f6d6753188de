import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Once before all tests: a folder for what is made once and used by many. In a part of it Node keeps the code that it
 * has compiled, so that of the hundreds of processes that the tests start only the first of each kind compiles all of it.
 */
export function setup(): void {
  // Each project of vitest.config.ts calls this; they share what is made.
  if (process.env['COUNTERSIGN_TESTS'] !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tests-'));
  process.env['COUNTERSIGN_TESTS'] = folder;
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
}

export function teardown(): void {
  const { COUNTERSIGN_TESTS: folder } = process.env;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
