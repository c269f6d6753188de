import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sameSecret } from '#shared/crypto/equal.ts';
import type { Secret } from '#shared/http/secret.ts';

/**
 * A way to one repository of the backend, for one git process: it adds the credential, so that no process but this one
 * has it. Only what fetching needs passes.
 */
export type UpstreamProxy = {
  readonly url: string;
  /** What the git process has to know, as environment: other users of the machine cannot read that. */
  readonly environment: Readonly<Record<string, string>>;
  /** What went wrong between here and the backend; null while nothing has. */
  readonly problem: () => 'too_large' | 'unavailable' | null;
  readonly close: () => Promise<void>;
};

type Options = {
  /** The repository's URL at the backend. */
  readonly base: string;
  readonly authorization: Secret;
  readonly userAgent: string;
  /** Of all answers together. */
  readonly maxBytes: number;
  /** From now to the end of the last answer. */
  readonly timeoutMs: number;
};

const header = 'x-countersign-fetch';

export async function openProxy(options: Options): Promise<UpstreamProxy> {
  const key = randomBytes(32).toString('hex');
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(options.timeoutMs)]);
  let problem: 'too_large' | 'unavailable' | null = null;
  let left = options.maxBytes;
  const spend = (bytes: number): void => {
    left -= bytes;
    if (left >= 0) return;
    problem = 'too_large';
    throw new Error('the repository is larger than there is room for');
  };
  const server = createServer((request, response) => {
    const given = request.headers[header];
    const target = typeof given === 'string' && sameSecret(given, key) ? targetOf(request) : null;
    if (target === null) return void response.writeHead(403).end();
    forward(options, { request, response, target, spend, signal }).catch(() => {
      problem ??= 'unavailable';
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    environment: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: `${header}: ${key}`,
    },
    problem: () => problem,
    close: () => {
      over.abort();
      return closed(server);
    },
  };
}

/** The two requests of which a fetch is made; null for any other. */
function targetOf({ method, url }: IncomingMessage): string | null {
  if (method === 'GET' && url === '/info/refs?service=git-upload-pack') return url;
  return method === 'POST' && url === '/git-upload-pack' ? url : null;
}

async function forward(
  { base, authorization, userAgent }: Options,
  {
    request,
    response,
    target,
    spend,
    signal,
  }: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly target: string;
    readonly spend: (bytes: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const headers = new Headers({ authorization: authorization.reveal(), 'user-agent': userAgent });
  for (const name of ['accept', 'content-type', 'content-encoding', 'git-protocol']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const body = request.method === 'POST' ? { body: request, duplex: 'half' as const } : {};
  const answer = await fetch(base + target, {
    method: request.method ?? '',
    headers,
    redirect: 'manual',
    signal,
    ...body,
  });
  const type = answer.headers.get('content-type');
  if (answer.status !== 200 || answer.body === null || type === null) {
    await answer.body?.cancel();
    throw new Error(`answered with ${answer.status}`);
  }
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  await pipeline(Readable.fromWeb(answer.body), counted(spend), response);
}

const counted = (spend: (bytes: number) => void) =>
  async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      spend(chunk.byteLength);
      yield chunk;
    }
  };

async function closed(server: Server): Promise<void> {
  const ended = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ended;
}
