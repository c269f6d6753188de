import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { type Answer, type Capability, Refusal } from './call.ts';
import { find } from './routes.ts';
import { notionContract } from './schema.ts';
import { type FakeUser, NotionWorkspace } from './workspace.ts';

/** What happens to one request: the next one that changes something, that does not, or any. */
export type Mishap = {
  readonly on: 'write' | 'read' | 'any';
  readonly act:
    | 'lose_request'
    | 'lose_answer'
    | 'hang'
    | 'garbage'
    | { readonly status: number; readonly code?: string; readonly headers?: Readonly<Record<string, string>> }
    | { readonly redirect: string }
    | { readonly first: () => void };
};

export type Sent = {
  readonly name: string;
  readonly id: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
};

/**
 * Notion on loopback: it keeps a workspace, and fails in the ways that Notion does. Each request and answer is held
 * against what Notion publishes, where that is at hand; `violations` has what did not fit.
 */
export class FakeNotion {
  readonly workspace = new NotionWorkspace();
  readonly bot: FakeUser = this.workspace.user('Countersign', { type: 'bot' });
  readonly token = `ntn_${crypto.randomUUID()}`;
  readonly capabilities = new Set<Capability>([
    'read',
    'update',
    'insert',
    'read comments',
    'insert comments',
    'users',
  ]);
  readonly mishaps: Mishap[] = [];
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];
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
    const answer = this.#answer(request, response, text === '' ? undefined : JSON.parse(text));
    if (answer === null) return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: unknown): Answer | null {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', this.#origin);
    const method = request.method ?? 'GET';
    const found = find(method, pathname);
    if (found === null) {
      this.violations.push(`${method} ${pathname} is not known here`);
      return new Refusal(400, 'invalid_request_url', 'Invalid request URL.').answer;
    }
    const { name, template, id, route } = found;
    this.sent.push({ name, id, query: query.toString(), body, headers: request.headers });
    const act = this.#take(route.writes ? 'write' : 'read');
    const early = this.#before(act, response);
    if (early !== undefined) return early;
    const asked = { method, template, query, body };
    const answer = this.#refusal(request, route.needs) ?? this.#handled(found, asked);
    if (answer.status === 200) this.#check(notionContract()?.response(asked, answer));
    if (act !== 'lose_answer') return answer;
    response.destroy();
    return null;
  }

  #handled(
    { id, route }: NonNullable<ReturnType<typeof find>>,
    asked: { method: string; template: string; query: URLSearchParams; body: unknown },
  ): Answer {
    this.#check(notionContract()?.request(asked));
    if (JSON.stringify(asked.body ?? null).length > 500_000) this.violations.push('the request is too large');
    if (id !== '' && !/^[0-9a-f-]{36}$/.test(id))
      return new Refusal(400, 'validation_error', 'should be a uuid').answer;
    const body = (asked.body ?? {}) as Readonly<Record<string, unknown>>;
    try {
      return {
        status: 200,
        body: route.answer({ workspace: this.workspace, bot: this.bot, id, query: asked.query, body }),
      };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #refusal({ headers }: IncomingMessage, needs: Capability | null): Answer | null {
    if (headers.authorization !== `Bearer ${this.token}` && headers.authorization !== `bearer ${this.token}`) {
      return new Refusal(401, 'unauthorized', 'API token is invalid.').answer;
    }
    if (headers['notion-version'] !== '2026-03-11') this.violations.push(`version ${headers['notion-version']}`);
    if (needs === null || this.capabilities.has(needs)) return null;
    return new Refusal(403, 'restricted_resource', 'Insufficient permissions for this endpoint.').answer;
  }

  #check(problem: string | null | undefined): void {
    if (problem) this.violations.push(problem);
  }

  #take(kind: 'write' | 'read'): Mishap['act'] | undefined {
    const at = this.mishaps.findIndex(({ on }) => on === 'any' || on === kind);
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
    if ('status' in act) {
      const { status, code = 'internal_server_error', headers = {} } = act;
      return { ...new Refusal(status, code, 'Secret words of the upstream.').answer, headers };
    }
    if ('redirect' in act) return { status: 307, body: '', headers: { location: act.redirect } };
    act.first();
    return undefined;
  }
}
