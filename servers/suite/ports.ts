import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '#shared/errors.ts';
import { portsFrom, type SuiteSettings } from './settings.ts';

/** A port that a part of the suite is going to listen on. */
export type Place = { readonly what: string; readonly host: string; readonly port: number };

/** Every port that a suite with these settings listens on. */
export function placesOf({ ports, listeners, realGithub }: SuiteSettings): readonly Place[] {
  const loopback = '127.0.0.1';
  return [
    ...(realGithub === null ? [{ what: 'forge', host: loopback, port: ports.forge }] : []),
    ...listeners.flatMap(({ address, servers }) => [
      ...servers.map((server) => ({ what: server, host: address, port: ports[server] })),
      { what: 'approvals', host: address, port: ports.approvals },
    ]),
    { what: 'the console', host: loopback, port: ports.console },
  ];
}

/**
 * Makes sure that every port is free, by listening on it for a moment. Waits up to `patienceMs` for one that is not, as
 * after the end of another suite. Throws AppError `bad_configuration` that names each that stays taken, and for what it
 * is wanted.
 */
export async function assertFree(places: readonly Place[], patienceMs = 0): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const problems = (await Promise.all(places.map(problemOf))).filter((problem) => problem !== null);
    if (problems.length === 0) return;
    if (Date.now() >= until) {
      const next = 'End the program that has it, or choose other ports with --base-port.';
      throw new AppError('bad_configuration', problems.join('\n'), { next });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already in use by another program',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may not be used by this user',
};

function problemOf({ what, host, port }: Place): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason = reasons[error.code ?? ''] ?? `cannot be listened on (${error.code})`;
      resolve(`Port ${port} of ${host}, wanted for ${what}, ${reason}.`);
    });
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

/** A base port from which on every port that a suite on 127.0.0.1 needs is free. Another program may still be faster. */
export async function freeBasePort(): Promise<number> {
  for (;;) {
    // Below the range from which systems give out ports of their own accord.
    const base = randomInt(20_000, 32_000);
    const places = Object.entries(portsFrom(base)).map(([what, port]) => ({ what, host: '127.0.0.1', port }));
    if ((await Promise.all(places.map(problemOf))).every((problem) => problem === null)) return base;
  }
}
