import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { basics } from '#test/fakes/environment.ts';
import { isRunning } from './kit.ts';

/** `countersign start` as a process. */
export type Started = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** What it printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit code, once it has ended and all its output was read. */
  readonly ended: Promise<number | null>;
  /** Resolves when standard output contains a text; rejects when the process ends before. */
  readonly says: (text: string) => Promise<void>;
  /** Process ids of the servers by name. */
  readonly children: () => Record<string, number>;
};

const countersign = fileURLToPath(import.meta.resolve('#servers/cli/countersign.js'));

/** Runs `countersign start` in an environment of its own; it is ended with the test. */
export function startCommand(args: readonly string[], environment: Record<string, string> = {}): Started {
  const { started, stop } = startUntil(args, environment);
  onTestFinished(stop);
  return started;
}

/** The same until it is stopped, for tests that share it. */
export function startUntil(
  args: readonly string[],
  environment: Record<string, string> = {},
): { readonly started: Started; readonly stop: () => Promise<void> } {
  const child = spawn(process.execPath, [countersign, 'start', ...args], {
    env: { ...basics(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString();
    });
  }
  const pid = child.pid ?? 0;
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const started: Started = {
    pid,
    kill: (signal) => void child.kill(signal),
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => void (output.stdout.includes(text) && resolve());
        child.stdout.on('data', look);
        look();
        void ended.then((code) => reject(new Error(`it ended (${code}) without saying "${text}": ${output.stderr}`)));
      }),
    children: () => childrenOf(pid),
  };
  return { started, stop };
}

function childrenOf(pid: number): Record<string, number> {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return Object.fromEntries(pids.filter(isRunning).map((child) => [nameOf(child), child]));
}

function nameOf(pid: number): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return /servers\/(\w+)\/main\.ts/.exec(command)?.[1] ?? command;
}

/** The environment that a process was started with. */
export function environmentOf(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
