import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { Oauth } from '../jira/oauth.ts';
import { type Answer, Refusal } from './call.ts';
import { find } from './routes.ts';
import { problemOf, shapes } from './schema.ts';
import { ConfluenceSite } from './site.ts';

/** What happens to one request: the next one that changes something, that does not, for a token, or any. */
export type Mishap = {
  readonly on: 'write' | 'read' | 'token' | 'any';
  readonly act:
    | 'lose_request'
    | 'lose_answer'
    | 'hang'
    | 'garbage'
    | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
    | { readonly redirect: string }
    | { readonly first: () => void };
};

/** What was asked, for tests of what is sent. */
export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly query: string;
  readonly body: unknown;
  readonly authorization: string;
};

/**
 * Confluence Cloud on loopback: what keeps pages, and Atlassian's tokens. Each request is held against what Confluence
 * publishes; `violations` has what did not fit.
 */
export class FakeConfluence {
  readonly site = new ConfluenceSite();
  readonly oauth = new Oauth();
  readonly mishaps: Mishap[] = [];
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];
  readonly cloudId = crypto.randomUUID();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #origin = '';

  get origin(): string {
    return this.#origin;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request).catch(() => null);
    if (text === null) return;
    const url = new URL(request.url ?? '/', this.#origin);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const answer =
      url.pathname === '/oauth/token' ? this.#token(response, body) : this.#api(request, response, url, body);
    if (answer === null) return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #token(response: ServerResponse, body: unknown): Answer | null {
    const early = this.#before(this.#take(['token']), response);
    return early === undefined ? this.oauth.token(body) : early;
  }

  #api(
    request: IncomingMessage,
    response: ServerResponse,
    { pathname, searchParams }: URL,
    body: unknown,
  ): Answer | null {
    const method = request.method ?? 'GET';
    const authorization = request.headers.authorization ?? '';
    const gateway = `/ex/confluence/${this.cloudId}`;
    const path = pathname.startsWith(gateway) ? pathname.slice(gateway.length) : pathname;
    const found = path.startsWith('/wiki/') ? find(method, path.slice('/wiki/'.length)) : null;
    this.sent.push({ method, path, name: found?.name ?? path, query: searchParams.toString(), body, authorization });
    const shape = found && shapes[found.name];
    if (!found || !shape) {
      this.violations.push(`${method} ${path} is not known here`);
      return { status: 404, body: {} };
    }
    const act = this.#take([shape.writes ? 'write' : 'read']);
    const early = this.#before(act, response);
    if (early !== undefined) return early;
    const answer = this.#answer(found, { query: searchParams, body, authorization });
    if (act !== 'lose_answer') return answer;
    response.destroy();
    return null;
  }

  #answer(
    { name, parts, handler }: NonNullable<ReturnType<typeof find>>,
    { query, body, authorization }: { query: URLSearchParams; body: unknown; authorization: string },
  ): Answer {
    const caller = this.oauth.callerOf(authorization);
    const shape = shapes[name];
    if (caller === null || shape === undefined) return { status: 401, body: { message: 'Unauthorized' } };
    if (caller.scopes !== null && !caller.scopes.includes(shape.scope)) {
      return { status: 401, body: { code: 401, message: 'Unauthorized; scope does not match' } };
    }
    const wrong = problemOf(shape, query, body);
    if (wrong !== null) {
      this.violations.push(`${name}: ${wrong}`);
      return new Refusal(400, wrong).answer;
    }
    try {
      return handler({ site: this.site, account: caller.account, parts, query, body });
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #take(kinds: readonly string[]): Mishap['act'] | undefined {
    const at = this.mishaps.findIndex(({ on }) => on === 'any' || kinds.includes(on));
    return at < 0 ? undefined : this.mishaps.splice(at, 1)[0]?.act;
  }

  /** What a mishap answers before anything is done; undefined where the request goes on. */
  #before(act: Mishap['act'] | undefined, response: ServerResponse): Answer | null | undefined {
    if (act === undefined || act === 'lose_answer') return undefined;
    if (act === 'hang') return null;
    if (act === 'garbage') return { status: 200, body: '<html>' };
    if (act === 'lose_request') {
      response.destroy();
      return null;
    }
    if ('status' in act) return { body: 'upstream', ...act };
    if ('redirect' in act) return { status: 307, body: '', headers: { location: act.redirect } };
    act.first();
    return undefined;
  }
}
