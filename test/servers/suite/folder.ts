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

const servers = ['forge', 'github', 'tickets', 'knowledge', 'approvals'];

/** A data directory in which these servers find the code that others compiled, which is most of what a start takes. */
export function warmData(parent = folder(), warm = servers): string {
  const data = join(parent, 'data');
  const compiled = join(madeOnce(), 'compiled');
  for (const path of [join(data, 'cache'), compiled]) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const server of warm) symlinkSync(compiled, join(data, 'cache', server));
  return data;
}
