import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Once before all tests: a folder for what is made once and used by many. */
export function setup(): void {
  // Each project of vitest.config.ts calls this; they share what is made.
  if (process.env['COUNTERSIGN_TESTS'] !== undefined) return;
  process.env['COUNTERSIGN_TESTS'] = mkdtempSync(join(tmpdir(), 'countersign-tests-'));
}

export function teardown(): void {
  const { COUNTERSIGN_TESTS: folder } = process.env;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
