import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { madeOnce } from '#test/fakes/environment.ts';

/** A folder of the test's own, 0700. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'suite-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A data directory in which servers find the code that others compiled, which is most of what a start takes. */
export function warmData(): string {
  const data = join(folder(), 'data');
  const cache = join(madeOnce(), 'suite-cache');
  for (const path of [data, cache]) mkdirSync(path, { recursive: true, mode: 0o700 });
  symlinkSync(cache, join(data, 'cache'));
  return data;
}
