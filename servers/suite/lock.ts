import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/errors.ts';

/** The hold of one suite on its data directory. */
export type Lock = {
  /** Whether the suite before was ended by force, so that its processes may be just about to end. */
  readonly tookOver: boolean;
  readonly release: () => void;
};

/**
 * Takes the data directory for this process. A lock whose process is gone is taken over. Throws AppError
 * `bad_configuration` when another suite runs on the directory.
 */
export function lockData(data: string): Lock {
  const path = join(data, 'suite.lock');
  const own = join(data, `suite.lock.${process.pid}`);
  const text = `${process.pid} ${bornAt(process.pid)}\n`;
  writeFileSync(own, text, { mode: 0o600 });
  try {
    const tookOver = !link(own, path);
    if (tookOver) {
      removeStale(path);
      if (!link(own, path)) throw held(path);
    }
    return { tookOver, release: () => void (readLock(path) === text && rmSync(path, { force: true })) };
  } finally {
    rmSync(own, { force: true });
  }
}

/** Unlike opening a new file and writing into it, a link is there with its whole content or not at all. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(path: string): void {
  const text = readLock(path);
  if (text === null) return;
  if (isAlive(text)) throw held(path);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readLock(aside);
  // Between reading and moving, another suite may have taken the lock over: then it was that one's, and goes back.
  if (moved !== text) link(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(text: string): boolean {
  const [pid = '', born] = text.trim().split(' ');
  return /^\d+$/.test(pid) && born === bornAt(Number(pid));
}

/**
 * Tells a process from a later one of the same number: when it started, in clock ticks since the machine did (field 22
 * of /proc/PID/stat, proc_pid_stat(5)). Where there is no /proc, only whether it runs.
 */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return runs(pid) ? 'running' : 'gone';
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function held(path: string): AppError {
  const pid = readLock(path)?.split(' ')[0] ?? '';
  const message = `Another suite (process ${pid}) runs on this data directory; its lock is ${path}.`;
  return new AppError('bad_configuration', message, { next: 'Stop it, or choose another directory with --data.' });
}
