import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/**
 * What is done with a request. `drop` ends the connection once the request has arrived, `cut` ends it in the middle of
 * the answer, `hang` never answers.
 */
export type Answer =
  | 'drop'
  | 'cut'
  | 'hang'
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown };

export type Route = (request: Received) => Answer | undefined;

/** A server on a real socket that answers as a test says, and otherwise mints the tokens it is asked for. */
export type FakeGithub = {
  readonly url: string;
  readonly requests: Received[];
  /** Tried before the usual answers; undefined leaves the request to those. */
  route: Route;
  /** How long the tokens live that it mints. Milliseconds. */
  tokenLife: number;
  readonly close: () => Promise<void>;
};

export async function fakeGithub(): Promise<FakeGithub> {
  const requests: Received[] = [];
  const server = createServer((message, response) => void serve(message, response));
  const fake: FakeGithub = {
    url: '',
    requests,
    route: () => undefined,
    tokenLife: 3_600_000,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  let minted = 0;
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = message;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
    requests.push(received);
    const answer = fake.route(received) ?? usual(received, fake.tokenLife, ++minted);
    send(response, answer);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":{"createRef":');
    setImmediate(() => response.socket?.destroy());
    return;
  }
  const { status = 200, headers = {}, body } = answer;
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : text);
}

/** The repository that the usual answers know. */
export const repositoryId = 4711;

function usual({ method, url, body }: Received, life: number, number: number): Answer {
  if (url.endsWith('/installation')) return { body: { id: 99 } };
  if (url === '/api/v3/app') return { body: { slug: 'countersign' } };
  if (url === '/api/v3/installation/token' && method === 'DELETE') return { status: 204 };
  if (!url.endsWith('/access_tokens')) return { status: 404, body: { message: 'Not Found' } };
  const { permissions } = JSON.parse(body) as { permissions: Record<string, string> };
  return { status: 201, body: tokenAnswer({ permissions, token: `ghs_secret${number}`, life }) };
}

/** GitHub's answer to the request for a token. */
export function tokenAnswer({
  permissions,
  repositories = [{ id: repositoryId, name: 'web' }],
  token = 'ghs_secret',
  life = 3_600_000,
}: {
  permissions: Record<string, string>;
  repositories?: { id: number; name: string }[];
  token?: string;
  life?: number;
}) {
  const expires_at = new Date(Date.now() + life).toISOString();
  return { token, expires_at, permissions, repository_selection: 'selected', repositories };
}

/** Answers GraphQL requests, and leaves everything else to the usual answers. */
export const onGraphql =
  (answer: (request: { query: string; variables: Record<string, unknown> }) => Answer): Route =>
  ({ url, body }) =>
    url === '/api/graphql'
      ? answer(JSON.parse(body) as { query: string; variables: Record<string, unknown> })
      : undefined;
