import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import type { Fault } from './faults.ts';
import type { Moment } from './moments.ts';
import { pause } from './pause.ts';

/** The largest file system that is filled up: a run makes one of its own where it may. */
const mostBytes = 600 * 1024 * 1024;

/** Whether the data lies on a file system that is small enough to be filled. */
export function isSmallDisk(folder: string): boolean {
  const { blocks, bsize } = statfsSync(folder);
  return blocks * bsize <= mostBytes;
}

/** Takes all the space that is left. Answers how to give it back. */
function fill(folder: string): () => void {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  for (let size = 1024 * 1024; size >= 512; size /= 2) {
    const chunk = Buffer.alloc(size, 1);
    while (isWritten(file, chunk));
  }
  closeSync(file);
  return () => rmSync(path);
}

function isWritten(file: number, chunk: Buffer): boolean {
  try {
    return writeSync(file, chunk) === chunk.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Leaves no space for so long. */
export async function filledFor(folder: string, ms: number): Promise<void> {
  const empty = fill(folder);
  await pause(ms);
  empty();
}

/** The disk is full from the moment of a request on, for forge and the ledger alike. */
export const diskFull: Fault = {
  name: 'disk full 3 s',
  // Forge says no to what it cannot keep.
  expected: () => 'refused',
  applies: ({ writes }) => writes,
  forge: () => ({ when: 'before', do: 'delay', ms: 500 }),
  meanwhile: ({ suite }) => filledFor(suite.data, 3_000),
};

/** The GitHub server finds a ledger that it cannot write when it starts, and does not start. */
export const readOnly: Moment = {
  name: 'ledger read-only at a start',
  play: async (bench, id) => {
    await bench.kill('github');
    const since = bench.mark();
    await bench.person.approve(id);
    const started = await withReadOnly(bench, () =>
      bench.start('github').then(
        () => true,
        () => false,
      ),
    );
    if (started) throw new Error('github started on a ledger that it cannot write');
    if (bench.logged(since).length > 0) throw new Error('github asked its backend without a ledger');
    await bench.start('github');
    return true;
  },
};

export async function withReadOnly<T>({ ledger }: Bench, work: () => Promise<T>): Promise<T> {
  execFileSync('chattr', ['+i', ledger]);
  try {
    return await work();
  } finally {
    execFileSync('chattr', ['-i', ledger]);
  }
}

/** Whether files can be made immutable here. */
export function canMakeReadOnly(folder: string): boolean {
  const path = join(folder, 'probe');
  closeSync(openSync(path, 'w'));
  try {
    execFileSync('chattr', ['+i', path], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path);
  }
}
