import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { formatWithOptions } from 'node:util';
import { vi } from 'vitest';
import { runCommand } from '#servers/cli/run.ts';
import { basics } from '#test/fakes/environment.ts';

export const countersign = fileURLToPath(import.meta.resolve('#servers/cli/countersign.js'));

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the command to its end as a process, without a terminal, in an environment of its own. */
export async function runProcess(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return ending(spawn(process.execPath, [countersign, ...args], { env: { ...basics(), ...environment } }));
}

export async function ending(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command to its end in this process, where it finds nothing but the given environment and its output is caught:
 * a process of its own would take far longer to load it than to run it. One at a time.
 */
export function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const ran = last.then(() => runHere(args, environment));
  last = ran.catch(() => undefined);
  return ran;
}

async function runHere(args: readonly string[], environment: Record<string, string>): Promise<Ran> {
  const output = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).flatMap((name) => {
    const write = (chunk: string | Uint8Array): true => {
      output[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
    const print = (...values: unknown[]): void => void write(`${formatWithOptions({ colors: false }, ...values)}\n`);
    return [
      vi.spyOn(process[name], 'write').mockImplementation(write),
      vi.spyOn(console, name === 'stdout' ? 'log' : 'error').mockImplementation(print),
    ];
  });
  const { env } = process;
  process.env = { PATH: env['PATH'], ...environment };
  try {
    return { code: await runCommand(args), ...output };
  } finally {
    process.env = env;
    for (const spy of spies) spy.mockRestore();
  }
}
