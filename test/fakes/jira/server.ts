import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { type Answer, Refusal } from './answer.ts';
import { Oauth } from './oauth.ts';
import { type Found, find, root, writes } from './routes.ts';
import { jiraContract } from './schema.ts';
import { JiraSite } from './site.ts';
import { viewsOf } from './views.ts';

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
  readonly template: string;
  readonly body: unknown;
  readonly authorization: string;
};

/**
 * Jira Cloud on loopback: what keeps tickets, and Atlassian's tokens. Where the document that Jira publishes is at hand, each
 * request and each answer is held against it; `violations` has what did not fit.
 */
export class FakeJira {
  readonly site = new JiraSite();
  readonly oauth = new Oauth();
  readonly mishaps: Mishap[] = [];
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];
  readonly cloudId = crypto.randomUUID();
  /** How far its clock is ahead, in milliseconds. */
  clockAheadMs = 0;
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
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#origin);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const answer =
      pathname === '/oauth/token'
        ? this.#token(response, body)
        : this.#api(request, response, { pathname, query: searchParams, body });
    if (answer === null) return;
    const date = new Date(Date.now() + this.clockAheadMs).toUTCString();
    response.writeHead(answer.status, { 'content-type': 'application/json', date, ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #token(response: ServerResponse, body: unknown): Answer | null {
    const early = this.#before(this.#take(['token']), response);
    return early === undefined ? this.oauth.token(body) : early;
  }

  #api(
    request: IncomingMessage,
    response: ServerResponse,
    { pathname, query, body }: { pathname: string; query: URLSearchParams; body: unknown },
  ): Answer | null {
    const method = request.method ?? 'GET';
    const authorization = request.headers.authorization ?? '';
    const gateway = `/ex/jira/${this.cloudId}`;
    const path = pathname.startsWith(gateway) ? pathname.slice(gateway.length) : pathname;
    const found = path.startsWith(root) ? find(method, path.slice(root.length)) : null;
    const template = found?.template ?? path;
    this.sent.push({ method, path, template, body, authorization });
    if (found === null) {
      this.violations.push(`${method} ${path} is not known here`);
      return { status: 404, body: { errorMessages: ['dead link'] } };
    }
    const act = this.#take([writes.has(found.handler) ? 'write' : 'read']);
    const early = this.#before(act, response);
    if (early !== undefined) return early;
    const asked = { method, template, query, body };
    const answer = this.#answer(found, asked, authorization);
    if (act === 'lose_answer') {
      response.destroy();
      return null;
    }
    const wrong = jiraContract()?.response(asked, answer);
    if (wrong && answer.status < 400) this.violations.push(`answered: ${wrong}`);
    return answer;
  }

  #answer(
    { template, parts, handler }: Found,
    asked: { method: string; query: URLSearchParams; body: unknown },
    authorization: string,
  ): Answer {
    const contract = jiraContract();
    const caller = this.oauth.callerOf(authorization);
    if (caller === null) return { status: 401, body: { code: 401, message: 'Unauthorized' } };
    const needed = contract?.scopes({ method: asked.method, template }) ?? [];
    if (caller.scopes !== null && !needed.every((scope) => caller.scopes?.includes(scope))) {
      return { status: 401, body: { code: 401, message: 'Unauthorized; scope does not match' } };
    }
    const wrong = contract?.request({ ...asked, template });
    if (wrong) {
      this.violations.push(wrong);
      return new Refusal(400, wrong).answer;
    }
    try {
      const views = viewsOf(this.site, this.#origin);
      return handler({ site: this.site, views, account: caller.account, parts, query: asked.query, body: asked.body });
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
