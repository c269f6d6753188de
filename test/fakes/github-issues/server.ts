import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HubApp } from './credentials.ts';
import { answerGraphql, isMutation } from './graphql.ts';
import { Hub, type HubIssue } from './hub.ts';
import { RestRefusal } from './refusal.ts';
import { answerRest, type RestAnswer } from './rest.ts';

/** One request as it arrived, whatever was answered. */
export type HubRequest = {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
};

/**
 * What goes wrong with the next request that it is meant for. `answer_lost`: it takes effect, and the connection ends.
 * `request_lost`: the connection ends before. Else this answer is given and nothing is done.
 */
export type HubFault =
  | 'answer_lost'
  | 'request_lost'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

/** GitHub's issues on a real socket: it keeps state, checks credentials, and takes no request that is not documented. */
export type FakeGithubIssues = {
  readonly url: string;
  readonly hub: Hub;
  readonly app: HubApp;
  readonly requests: HubRequest[];
  /** Requests that GitHub does not document. A test that leaves one has found a mistake. */
  readonly violations: string[];
  /** What happens to the next request that changes something. */
  nextWrite: HubFault | null;
  /** What happens to each request that this says something of, before anything else. */
  fault: ((request: HubRequest) => HubFault | undefined) | null;
  /** Whether there are types of issues in its GraphQL, as on newer servers. */
  knowsTypes: boolean;
  /** From now on a search finds nothing that is made, until this is called with null. */
  readonly freezeIndex: (frozen: boolean) => void;
  readonly close: () => Promise<void>;
};

/** @param publicKey of the App, in PEM */
export async function startGithubIssues(publicKey: string): Promise<FakeGithubIssues> {
  const hub = new Hub();
  const app = new HubApp(publicKey);
  const self = hub.user(`${app.slug}[bot]`, { type: 'Bot' });
  let frozen: readonly HubIssue[] | null = null;
  const all = () => hub.repositories.flatMap(({ issues }) => issues);
  const server = createServer((message, response) => void serve(message, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeGithubIssues = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hub, app, requests: [], violations: [] },
    ...{ nextWrite: null, fault: null, knowsTypes: true },
    freezeIndex: (to) => {
      frozen = to ? all() : null;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const base = `${fake.url}/api/v3`;

  const answer = async ({ method, url, authorization, body: text }: HubRequest): Promise<RestAnswer> => {
    const { pathname, searchParams: query } = new URL(url, fake.url);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (pathname === '/api/graphql') {
      const token = app.tokenOf(authorization);
      const said = await answerGraphql({ hub, token, self, base }, body, fake.knowsTypes);
      return { status: 200, body: said };
    }
    const path = pathname.replace(/^\/api\/v3/, '');
    return answerRest({
      hub,
      app,
      index: () => frozen ?? all(),
      request: { method, path, query, body, authorization, base },
    });
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await received(message);
    fake.requests.push(request);
    try {
      const fault = fake.fault?.(request) ?? faultOf(fake, request);
      if (fault === 'request_lost') return void response.socket?.resetAndDestroy();
      if (fault !== undefined && fault !== 'answer_lost') return send(response, fault);
      const said = await answer(request);
      if (fault === 'answer_lost') return void response.socket?.resetAndDestroy();
      send(response, said);
    } catch (error) {
      if (error instanceof RestRefusal) {
        return send(response, {
          status: error.status,
          headers: { ...error.headers },
          body: { message: error.message },
        });
      }
      fake.violations.push(`${request.method} ${request.url}: ${String(error)}`);
      send(response, { status: 400, body: { message: 'Problems parsing JSON' } });
    }
  };
  return fake;
}

async function received(message: IncomingMessage): Promise<HubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = message;
  return { method, url, authorization: headers.authorization ?? '', body: Buffer.concat(chunks).toString() };
}

function faultOf(fake: FakeGithubIssues, request: HubRequest): HubFault | undefined {
  if (fake.nextWrite === null || !changes(request)) return undefined;
  const fault = fake.nextWrite;
  fake.nextWrite = null;
  return fault;
}

function changes({ method, url, body }: HubRequest): boolean {
  if (url === '/api/graphql') return isMutation(JSON.parse(body));
  return method !== 'GET' && !/\/access_tokens$|\/installation\/token$/.test(url);
}

function send(
  response: ServerResponse,
  { status, headers = {}, body }: RestAnswer & { headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
