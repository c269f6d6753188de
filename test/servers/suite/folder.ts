import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the test's own, 0700. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'suite-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
