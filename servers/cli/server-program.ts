import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ExitCode, exitCodes } from './exit.ts';

/** How a program of a server ended: well, or with this exit code of its own. What it said of that was passed on. */
export type Ended = { readonly code: ExitCode };

/**
 * Runs a program of a server as a process with exactly this environment, so that the credentials of the server stay where
 * they are. Each line of its output is handed over; what it says on standard error is for the person. It ends with us: its
 * standard input is a pipe that the system closes then.
 */
export async function runServerProgram(options: {
  /** As in `github/doctor`. */
  readonly name: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}): Promise<Ended> {
  const main = fileURLToPath(new URL(`../${options.name}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main, ...(options.args ?? [])], {
    env: { ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  child.stdin.on('error', () => {});
  createInterface(child.stdout).on('line', options.onLine);
  createInterface(child.stderr).on('line', (line) => console.error(line));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return { code: exitCodes.ok };
  return { code: code === exitCodes.usage ? exitCodes.usage : exitCodes.no };
}
