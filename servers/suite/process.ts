import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { ChildSpec } from './children.ts';

/** What a child says of itself on standard output, as one line of JSON: that it is ready, or how to sign in. */
const announcement = z
  .looseObject({ ready: z.string().optional(), sign_in: z.url().optional() })
  .refine(({ ready, sign_in }) => ready !== undefined || sign_in !== undefined);
export type Announcement = z.output<typeof announcement>;

/** How a process ended: its exit code, or the signal that ended it, or why it could not be run at all. */
export type Ending = { readonly code: number | null; readonly how: string };

export type RunningProcess = {
  readonly pid: number | undefined;
  readonly ended: Promise<Ending>;
  readonly kill: (signal: NodeJS.Signals) => void;
};

/** Keeps the space of young objects small: these servers wait more than they work, and 30 MB less of it stay resident. */
export const nodeFlags = ['--max-semi-space-size=4'];

/**
 * Starts a child with exactly its own environment. Its standard input is a pipe that we hold and never write to: the
 * system closes it when we end, even by force, and that is how the child learns of it.
 */
export function startProcess(
  spec: ChildSpec,
  on: { readonly announce: (said: Announcement) => void; readonly line: (text: string) => void },
): RunningProcess {
  const child = spawn(process.execPath, [...nodeFlags, spec.main], {
    env: { ...spec.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a session of its own, Ctrl-C reaches the supervisor alone, which then stops the children in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  child.stdin.on('error', () => {});
  createInterface(child.stderr).on('line', on.line);
  createInterface(child.stdout).on('line', (text) => {
    const said = announcementIn(text);
    if (said === null) on.line(text);
    else on.announce(said);
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, how: `could not be run (${message})` }));
    // "close" comes after the last of its output, so that what it said of its end is shown before the end.
    child.once('close', (code, signal) => resolve({ code, how: `ended (${signal ?? `exit ${code}`})` }));
  });
  return { pid: child.pid, ended, kill: (signal) => void child.kill(signal) };
}

function announcementIn(text: string): Announcement | null {
  if (!text.startsWith('{')) return null;
  try {
    return announcement.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
