import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Once before all tests: a folder in which Node keeps the code that it has compiled, so that of the hundreds of
 * processes that the tests start only the first of each kind compiles all of it.
 */
export function setup(): void {
  process.env['NODE_COMPILE_CACHE'] = mkdtempSync(join(tmpdir(), 'countersign-compiled-'));
}

export function teardown(): void {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
