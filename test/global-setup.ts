import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'countersign-tests-';

/** Far more than the tests ever keep at one time. */
const roomBytes = 4 * 2 ** 30;

/**
 * Once before all tests: a folder for what is made once and used by many, and in it everything that tests and what they
 * start keep for a while, so that nothing stays behind, whichever of them crashed. It is in memory where there is room:
 * what runs is the same and makes sure of every write, but does not wait for a disk that nobody reads again.
 */
export function setup(): void {
  // Each project of vitest.config.ts calls this; they share what is made.
  if (process.env['COUNTERSIGN_TESTS'] !== undefined) return;
  const parent = hasRoom('/dev/shm') ? '/dev/shm' : tmpdir();
  removeAbandoned(parent);
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  // PostgreSQL runs as another user than root, and has a folder of its own in there.
  chmodSync(folder, 0o711);
  process.env['COUNTERSIGN_TESTS'] = folder;
  process.env['TMPDIR'] = folder;
}

export function teardown(): void {
  const { COUNTERSIGN_TESTS: folder } = process.env;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= roomBytes;
  } catch {
    return false;
  }
}

/** Removes the folders of runs that were killed: memory does not come back by itself. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
