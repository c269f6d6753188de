import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { pause } from '../pause.ts';

/** What happens to a request, as forge's faults have it: `match` is the name of its route. */
export type GatewayFault = {
  readonly match: string;
  readonly when: 'before' | 'after';
  readonly do: 'hang' | 'drop' | 'status' | 'delay' | 'duplicate';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ms?: number;
  readonly skip?: number;
};

/** A request that came through, as forge logs its own. */
export type Passed = {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly status: number;
  readonly caller: string;
  readonly writes: boolean;
  readonly fault?: string;
};

/** What stands before a vendor's stand-in and may do something to each request. */
export type Gateway = {
  readonly origin: string;
  readonly arm: (faults: readonly object[]) => void;
  readonly log: readonly Passed[];
  readonly stop: () => Promise<void>;
};

type Route = { readonly name: string; readonly writes: boolean };
type Answered = { readonly status: number; readonly headers: Headers; readonly body: string };

/**
 * Starts one on a port of its own. @param to where the stand-in is, asked at each request
 * @param routeOf the name of what a request asks for, and whether that writes
 */
export async function startGateway(
  to: () => string,
  routeOf: (method: string, path: string) => Route,
): Promise<Gateway> {
  const log: Passed[] = [];
  let faults: readonly GatewayFault[] = [];
  let seen = new Map<GatewayFault, number>();
  const due = (name: string): GatewayFault | undefined =>
    faults.find((fault) => {
      if (fault.match !== name) return false;
      const count = seen.get(fault) ?? 0;
      seen.set(fault, count + 1);
      return count === (fault.skip ?? 0);
    });
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const route = routeOf(method, url.split('?')[0] ?? '');
    const body = await textOf(request).catch(() => null);
    if (body === null) return;
    const fault = due(route.name);
    const ask = (): Promise<Answered> => askedOf(to() + url, request, body);
    const { name, writes } = route;
    const passed = { method, path: url, fields: [name], status: 0, caller: '', writes };
    // A fault is logged before it is played, so that whoever waits for it is in time.
    if (fault === undefined) return void log.push({ ...passed, status: await answered(response, await ask()) });
    log.push({ ...passed, fault: `${fault.do} ${fault.when}` });
    await play(fault, ask, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (wanted) => {
      faults = wanted as readonly GatewayFault[];
      seen = new Map();
    },
    log,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function play(fault: GatewayFault, ask: () => Promise<Answered>, response: ServerResponse): Promise<void> {
  const { when, ms = 1_000 } = fault;
  if (fault.do === 'delay') {
    if (when === 'before') await pause(ms);
    const found = await ask();
    if (when === 'after') await pause(ms);
    await answered(response, found);
    return;
  }
  if (fault.do === 'duplicate') {
    const [first, second] = [await ask(), await ask()];
    await answered(response, when === 'before' ? second : first);
    return;
  }
  if (when === 'after') await ask();
  if (fault.do === 'hang') return;
  if (fault.do === 'drop') return void response.destroy();
  const { status = 502, headers = {}, body = '' } = fault;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

async function askedOf(url: string, { method, headers }: IncomingMessage, body: string): Promise<Answered> {
  const { host: _host, connection: _connection, 'content-length': _length, ...rest } = headers;
  const sent = { method: method ?? 'GET', headers: rest as Record<string, string>, redirect: 'manual' as const };
  const found = await fetch(url, body === '' ? sent : { ...sent, body });
  return { status: found.status, headers: found.headers, body: await found.text() };
}

/** Answers what was answered; the caller may be gone. */
async function answered(response: ServerResponse, { status, headers, body }: Answered): Promise<number> {
  const type = headers.get('content-type') ?? 'application/json';
  if (!response.destroyed) response.writeHead(status, { 'content-type': type }).end(body);
  return status;
}
