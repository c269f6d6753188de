import { type Answer, answerOf, Refused } from '../common/answer.ts';
import { FakeService, jsonIn, type Outcome, type Received } from '../common/service.ts';
import { Oauth } from './oauth.ts';

/** What was asked, for tests of what is sent. */
type Sent = {
  readonly method: string;
  readonly path: string;
  /** Its method and the template of its path; of what is not known here, the path itself. */
  readonly name: string;
  readonly query: string;
  readonly body: unknown;
  readonly authorization: string;
};

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** What a product does with a request that it knows. */
export type Operation = {
  readonly name: string;
  readonly writes: boolean;
  /** All that a token needs for it. */
  readonly scopes: readonly string[];
  readonly answer: (account: string) => Answer;
};

/** A product of Atlassian's cloud on loopback, behind the gateway and with the tokens that all of them have. */
export abstract class FakeAtlassian extends FakeService<'write' | 'read' | 'token'> {
  readonly oauth = new Oauth();
  readonly cloudId = crypto.randomUUID();
  readonly sent: Sent[] = [];
  /** Requests and answers that are not as Atlassian documents them. */
  readonly violations: string[] = [];
  protected abstract readonly product: string;

  /** What is asked for; null where the product does not know it. */
  protected abstract operation(asked: Asked): Operation | null;

  protected override outcome(received: Received): Outcome {
    const { method, url, headers } = received;
    const body = jsonIn(received);
    if (url.pathname === '/oauth/token') return this.unlessMishap(['token'], () => this.oauth.token(body));
    const gateway = `/ex/${this.product}/${this.cloudId}`;
    const path = url.pathname.startsWith(gateway) ? url.pathname.slice(gateway.length) : url.pathname;
    const query = url.searchParams;
    const operation = this.operation({ method, path, query, body });
    const { authorization = '' } = headers;
    this.sent.push({ method, path, name: operation?.name ?? path, query: query.toString(), body, authorization });
    if (operation === null) {
      this.violations.push(`${method} ${path} is not known here`);
      return { status: 404, body: {} };
    }
    const kind = operation.writes ? 'write' : 'read';
    return this.unlessMishap([kind], () => answerOf(() => operation.answer(this.#caller(authorization, operation))));
  }

  #caller(authorization: string, { scopes }: Operation): string {
    const caller = this.oauth.callerOf(authorization);
    if (caller === null) throw unauthorized('Unauthorized');
    if (caller.scopes !== null && !scopes.every((scope) => caller.scopes?.includes(scope))) {
      throw unauthorized('Unauthorized; scope does not match');
    }
    return caller.account;
  }
}

const unauthorized = (message: string): Refused => new Refused(message, { status: 401, body: { code: 401, message } });
