import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, answerOf } from '../common/answer.ts';
import { find, type Taken } from '../common/routes.ts';
import { FakeService, jsonIn, type Outcome, type Received } from '../common/service.ts';
import { type Capability, Refusal } from './call.ts';
import { type Route, routes } from './routes.ts';
import { notionContract } from './schema.ts';
import { type FakeUser, NotionWorkspace } from './workspace.ts';

type Sent = {
  readonly name: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
};

/**
 * Notion on loopback: it keeps a workspace, and fails in the ways that Notion does. Each request and answer is held
 * against what Notion publishes, where that is at hand; `violations` has what did not fit.
 */
export class FakeNotion extends FakeService<'write' | 'read'> {
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
  readonly sent: Sent[] = [];
  readonly violations: string[] = [];

  protected override outcome(received: Received): Outcome {
    const { method, url, headers } = received;
    const found = find(routes, method, url.pathname);
    if (found === null) {
      this.violations.push(`${method} ${url.pathname} is not known here`);
      return new Refusal(400, 'invalid_request_url', 'Invalid request URL.').answer;
    }
    const query = url.searchParams;
    const body = jsonIn(received);
    this.sent.push({ name: found.name, query: query.toString(), body, headers });
    const { writes, needs } = found.route;
    return this.unlessMishap([writes ? 'write' : 'read'], () =>
      answerOf(() => {
        this.#assertMay(headers, needs);
        return this.#answer(found, { method, template: found.template, query, body });
      }),
    );
  }

  #assertMay(headers: IncomingHttpHeaders, needs: Capability | null): void {
    if (headers.authorization !== `Bearer ${this.token}` && headers.authorization !== `bearer ${this.token}`) {
      throw new Refusal(401, 'unauthorized', 'API token is invalid.');
    }
    if (headers['notion-version'] !== '2026-03-11') this.violations.push(`version ${headers['notion-version']}`);
    if (needs === null || this.capabilities.has(needs)) return;
    throw new Refusal(403, 'restricted_resource', 'Insufficient permissions for this endpoint.');
  }

  #answer(
    { parts, route }: Taken<Route>,
    asked: { method: string; template: string; query: URLSearchParams; body: unknown },
  ): Answer {
    this.#check(notionContract()?.request(asked));
    if (JSON.stringify(asked.body ?? null).length > 500_000) this.violations.push('the request is too large');
    const [id = ''] = Object.values(parts);
    if (id !== '' && !/^[0-9a-f-]{36}$/.test(id)) throw new Refusal(400, 'validation_error', 'should be a uuid');
    const body = (asked.body ?? {}) as Readonly<Record<string, unknown>>;
    const call = { workspace: this.workspace, bot: this.bot, id, query: asked.query, body };
    const answer = { status: 200, body: route.answer(call) };
    this.#check(notionContract()?.response(asked, answer));
    return answer;
  }

  #check(problem: string | null | undefined): void {
    if (problem) this.violations.push(problem);
  }
}
