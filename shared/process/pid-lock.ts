import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** A file that says which process holds something. */
export type PidLock = {
  /** Whether the holder before is gone without having let go. */
  readonly tookOver: boolean;
  readonly release: () => void;
};

/** Takes a lock for this process, also from one that is gone; null when another process that runs holds it. */
export function takePidLock(path: string): PidLock | null {
  const own = `${path}.${process.pid}`;
  const text = `${process.pid} ${bornAt(process.pid)}\n`;
  writeFileSync(own, text, { mode: 0o600 });
  try {
    const tookOver = !link(own, path);
    if (tookOver && (!removeStale(path) || !link(own, path))) return null;
    return { tookOver, release: () => void (readLock(path) === text && rmSync(path, { force: true })) };
  } finally {
    rmSync(own, { force: true });
  }
}

/** The number of the process that holds a lock, or '' where nobody does. */
export function holderOf(path: string): string {
  return readLock(path)?.split(' ')[0] ?? '';
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

/** Whether there is no lock any more of a process that runs. */
function removeStale(path: string): boolean {
  const text = readLock(path);
  if (text === null) return true;
  if (isAlive(text)) return false;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const moved = readLock(aside);
  // Between reading and moving, another process may have taken the lock over: then it was that one's, and goes back.
  if (moved !== text) link(aside, path);
  rmSync(aside, { force: true });
  return true;
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
