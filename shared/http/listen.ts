import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { AppError } from '#shared/errors.ts';
import { isPrivateAddress } from './private-address.ts';

export type ListenOptions = {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** An IP address, or a name that resolves to one. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Allows wildcard and public addresses; only for a listener that wants a token for everything. */
  readonly allowPublic?: boolean;
  /** How long `close` lets requests in flight go on, in milliseconds. */
  readonly graceMs?: number;
};

/** A listener that accepts connections. */
export type Listening = {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Accepts nothing more and resolves when all connections have ended, those still busy by force. */
  readonly close: () => Promise<void>;
};

/**
 * How long a request may take to arrive, not to be answered: a call that waits 45 seconds and a stream that stays open
 * for hours are both within these. Idle connections outlive the minute that proxies commonly keep theirs.
 */
const timeouts = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 };

/**
 * Serves `fetch` over HTTP. Throws `bad_configuration` when the address cannot be used: it is taken, does not exist
 * here, or is open to the world without `allowPublic`.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { fetch, host, port, allowPublic = false, graceMs = 1500 } = options;
  const where = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const address = await resolve(host, where);
  if (!allowPublic && !isPrivateAddress(address)) {
    throw new AppError('bad_configuration', `${where} can be reached from outside the private network.`, {
      next: 'Bind to a loopback or private address, or require tokens on this listener.',
    });
  }
  const server = createAdaptorServer({ fetch, serverOptions: timeouts }) as Server;
  await bind({ server, address, port, where });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new AppError('internal', `${where} has no port.`);
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${bound.port}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    port: bound.port,
    close: () => {
      closing ??= close(server, graceMs);
      return closing;
    },
  };
}

/** The address that is checked is the one that is bound, so a name cannot resolve differently in between. */
async function resolve(host: string, where: string): Promise<string> {
  if (host === '') throw new AppError('bad_configuration', 'There is no host to listen on.');
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new AppError('bad_configuration', `${where}: the host name cannot be resolved.`, { cause });
  }
}

async function bind(at: { server: Server; address: string; port: number; where: string }): Promise<void> {
  try {
    at.server.listen(at.port, at.address);
    await once(at.server, 'listening');
  } catch (cause) {
    throw new AppError('bad_configuration', `${at.where} ${bindProblem(cause)}`, { cause });
  }
}

function bindProblem(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return 'is already in use by another program.';
    case 'EADDRNOTAVAIL':
      return 'is not an address of this machine.';
    case 'EACCES':
      return 'may not be used by this user.';
    default:
      return 'cannot be listened on.';
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(force);
}
