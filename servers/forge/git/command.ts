import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const settings = [
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'core.fsmonitor=false',
  'uploadpack.allowFilter=true',
  'safe.directory=*',
];

/** Starts git with nothing of this process's environment but the PATH, and no configuration but the repository's own. */
export function spawnGit(options: {
  path: string;
  args: readonly string[];
  env?: Record<string, string>;
}): ChildProcessByStdio<Writable, Readable, Readable> {
  const env = {
    PATH: options.path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...options.env,
  };
  const args = [...settings.flatMap((setting) => ['-c', setting]), ...options.args];
  return spawn('git', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs git to its end and gives what it wrote. Any exit code but the accepted ones is an error. */
export async function runGit(options: {
  path: string;
  dir: string;
  args: readonly string[];
  accept?: readonly number[];
}): Promise<Buffer> {
  const child = spawnGit({ path: options.path, args: ['--git-dir', options.dir, ...options.args] });
  child.stdin.end();
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === null || !(options.accept ?? [0]).includes(code)) {
    throw new Error(`git ${options.args[0]} ended with ${code}: ${Buffer.concat(errors)}`);
  }
  return Buffer.concat(output);
}
