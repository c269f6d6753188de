import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertFree } from '#servers/suite/ports.ts';
import { portsFrom, type SuitePorts } from '#servers/suite/settings.ts';
import { AppError } from '#shared/errors.ts';

/** Milliseconds from the start of the command to the first endpoint that answers, and to the last. */
export type Start = { readonly first: number; readonly all: number };

const patienceMs = 60_000;

/** Starts the suite of a checkout as its command does, waits until everything answers, and stops it. */
export async function startAndStop(checkout: string, data: string): Promise<Start> {
  const { base, ports } = await freePorts();
  const from = performance.now();
  const args = ['servers/cli/countersign.js', 'start', '--data', data, '--base-port', String(base)];
  const child = spawn(process.execPath, args, { cwd: checkout, stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(child, 'exit');
  const end = (): boolean => child.kill('SIGTERM');
  process.once('exit', end);
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const over = new AbortController();
  child.once('exit', () => over.abort());
  const times = Object.values(ports).map(async (port) => {
    await answers(port, AbortSignal.any([over.signal, AbortSignal.timeout(patienceMs)]));
    return performance.now() - from;
  });
  try {
    const [first, all] = await Promise.all([Promise.any(times), Promise.all(times)]);
    return { first, all: Math.max(...all) };
  } catch (cause) {
    throw new Error(`The suite did not start:\n${said.join('')}`, { cause });
  } finally {
    end();
    await gone;
    process.off('exit', end);
  }
}

/** Resolves when something answers there, whatever it says: forge has no health check. Throws when the signal aborts. */
async function answers(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/healthz`, { signal }).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (answered) return;
    await sleep(10, undefined, { signal });
  }
}

async function freePorts(): Promise<{ readonly base: number; readonly ports: SuitePorts }> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = portsFrom(base);
    const places = Object.entries(ports).map(([what, port]) => ({ what, host: '127.0.0.1', port }));
    try {
      await assertFree(places);
      return { base, ports };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
}
