import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { allocator } from '#servers/suite/children.ts';
import { nodeFlags } from '#servers/suite/process.ts';
import { basics } from '#test/fakes/environment.ts';

/** One server of the suite as a process of its own. */
export type ServerProcess = {
  /** What it said when it was ready. */
  readonly ready: { readonly [key: string]: string };
  readonly pid: number;
  readonly isRunning: () => boolean;
  /** Everything it wrote to its outputs so far. */
  readonly output: () => string;
  /** SIGKILL, and waits until it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and waits until it is gone. */
  readonly stop: () => Promise<void>;
};

/** Starts `servers/NAME/main.ts` as the suite does, with this environment and no other, and waits for its ready line. */
export async function startServer(name: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...nodeFlags, `servers/${name}/main.ts`], {
    env: { ...basics(), ...allocator, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text));
  const ready = await new Promise<ServerProcess['ready']>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    let said = {};
    lines.on('line', (line) => {
      written.push(`${line}\n`);
      const message: unknown = JSON.parse(line);
      said = { ...said, ...(message as object) };
      if ('ready' in said) resolve(said as ServerProcess['ready']);
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}:\n${written.join('')}`)));
  });
  return {
    ready,
    pid: child.pid ?? -1,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => written.join(''),
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
