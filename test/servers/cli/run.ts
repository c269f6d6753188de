import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { basics } from '#test/fakes/environment.ts';

export const countersign = fileURLToPath(import.meta.resolve('#servers/cli/countersign.js'));

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the command to its end, without a terminal, in an environment of its own. */
export async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return ending(spawn(process.execPath, [countersign, ...args], { env: { ...basics(), ...environment } }));
}

export async function ending(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}
