import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { type DocumentNode, execute, type GraphQLError, Kind, parse, validate } from 'graphql';
import { complexityOf, mostComplexity } from './complexity.ts';
import { faults } from './faults.ts';
import { mutationsOf } from './mutations.ts';
import { Oauth } from './oauth.ts';
import { queriesOf } from './queries.ts';
import { linearSchema } from './schema.ts';
import { viewsOf } from './views.ts';
import { Workspace } from './workspace.ts';

/** What happens to one request: the next one of these fields, or of mutations or any. */
export type Mishap = {
  readonly on: string;
  readonly act:
    | 'lose_request'
    | 'lose_answer'
    | 'hang'
    | 'garbage'
    | { readonly status: number }
    | { readonly limited: Readonly<Record<string, string>> }
    | { readonly redirect: string }
    | { readonly first: () => void };
};

/** What was asked, for tests of what is sent. */
export type Sent = {
  readonly field: string;
  readonly query: string;
  readonly variables: unknown;
  readonly authorization: string;
};

type Read = { readonly document: DocumentNode; readonly invalid: readonly GraphQLError[] };

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Linear on loopback: GraphQL over a workspace in memory, executed against the schema that Linear publishes. */
export class FakeLinear {
  readonly workspace = new Workspace();
  readonly oauth = new Oauth();
  readonly mishaps: Mishap[] = [];
  readonly sent: Sent[] = [];
  /** How far its clock is ahead, in milliseconds. */
  clockAheadMs = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #known = new Map<string, Read>();
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
    const body = await textOf(request).catch(() => null);
    if (body === null) return;
    const answer: Answer | null =
      request.url === '/oauth/token'
        ? this.oauth.token(new URLSearchParams(body))
        : this.#graphql(request, response, body);
    if (answer === null) return;
    const headers = {
      'content-type': 'application/json',
      date: new Date(Date.now() + this.clockAheadMs).toUTCString(),
    };
    response.writeHead(answer.status, { ...headers, ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }

  /** Null where nothing is answered. */
  #graphql(request: IncomingMessage, response: ServerResponse, body: string): Answer | null {
    const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const { document, invalid } = this.#read(query);
    const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const root = operation?.selectionSet.selections[0];
    const field = root?.kind === Kind.FIELD ? root.name.value : '';
    const authorization = request.headers.authorization ?? '';
    this.sent.push({ field, query, variables, authorization });
    const mishap = this.#takeMishap(field, operation?.operation === 'mutation')?.act;
    const early = this.#mishapBefore(mishap, response);
    if (early !== undefined) return early;
    const actor = this.oauth.actorOf(authorization);
    if (actor === null) return failed(401, [faults.unauthenticated()]);
    const schema = linearSchema();
    if (invalid.length > 0) return failed(400, invalid, 'GRAPHQL_VALIDATION_FAILED');
    const complexity = complexityOf(schema, document, variables);
    if (complexity > mostComplexity) return failed(400, [faults.complex()]);
    const views = viewsOf(this.workspace, actor, this.#origin);
    const rootValue = { ...queriesOf(this.workspace, views, actor), ...mutationsOf(this.workspace, views, actor) };
    const result = execute({ schema, document, rootValue, variableValues: variables });
    if (result instanceof Promise) throw new Error('the resolvers of the fake answer at once');
    if (mishap === 'lose_answer') {
      response.destroy();
      return null;
    }
    return { status: 200, body: result, headers: { 'x-complexity': String(complexity) } };
  }

  /** Requests are the same few texts again and again. */
  #read(query: string): Read {
    const known = this.#known.get(query);
    if (known !== undefined) return known;
    const document = parse(query);
    const read = { document, invalid: validate(linearSchema(), document) };
    this.#known.set(query, read);
    return read;
  }

  #takeMishap(field: string, isMutation: boolean): Mishap | undefined {
    const at = this.mishaps.findIndex(({ on }) => on === field || on === 'any' || (on === 'mutation' && isMutation));
    return at < 0 ? undefined : this.mishaps.splice(at, 1)[0];
  }

  /** The answer that a mishap gives before anything is done; undefined where the request goes on. */
  #mishapBefore(act: Mishap['act'] | undefined, response: ServerResponse): Answer | null | undefined {
    if (act === undefined || act === 'lose_answer') return undefined;
    if (act === 'hang') return null;
    if (act === 'garbage') return { status: 200, body: '<html>' };
    if (act === 'lose_request') {
      response.destroy();
      return null;
    }
    if ('status' in act) return { status: act.status, body: 'upstream' };
    if ('limited' in act) return { ...failed(400, [faults.limited()]), headers: act.limited };
    if ('redirect' in act) return { status: 307, body: '', headers: { location: act.redirect } };
    act.first();
    return undefined;
  }
}

function failed(status: number, errors: readonly GraphQLError[], code?: string): Answer {
  const shown = errors.map((error) =>
    code === undefined ? error.toJSON() : { ...error.toJSON(), extensions: { code } },
  );
  return { status, body: { errors: shown } };
}
