import { type DocumentNode, execute, type GraphQLError, Kind, parse, validate } from 'graphql';
import type { Answer } from '../common/answer.ts';
import { FakeService, type Outcome, type Received } from '../common/service.ts';
import { complexityOf, mostComplexity } from './complexity.ts';
import { faults } from './faults.ts';
import { mutationsOf } from './mutations.ts';
import { Oauth } from './oauth.ts';
import { queriesOf } from './queries.ts';
import { linearSchema } from './schema.ts';
import { viewsOf } from './views.ts';
import { Workspace } from './workspace.ts';

/** What was asked, for tests of what is sent. */
export type Sent = {
  readonly field: string;
  readonly query: string;
  readonly variables: unknown;
  readonly authorization: string;
};

type Read = { readonly document: DocumentNode; readonly invalid: readonly GraphQLError[] };

type Variables = Readonly<Record<string, unknown>>;

/**
 * Linear on loopback: GraphQL over a workspace in memory, executed against the schema that Linear publishes. A kind of
 * request is the field that it asks for, or `mutation`.
 */
export class FakeLinear extends FakeService<string> {
  readonly workspace = new Workspace();
  readonly oauth = new Oauth();
  readonly sent: Sent[] = [];
  readonly #known = new Map<string, Read>();

  protected override outcome({ url, headers, text }: Received): Outcome {
    if (url.pathname === '/oauth/token') return this.oauth.token(new URLSearchParams(text));
    const { query, variables = {} } = JSON.parse(text) as { query: string; variables?: Variables };
    const read = this.#read(query);
    const operation = read.document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    const root = operation?.selectionSet.selections[0];
    const field = root?.kind === Kind.FIELD ? root.name.value : '';
    const { authorization = '' } = headers;
    this.sent.push({ field, query, variables, authorization });
    const kinds = operation?.operation === 'mutation' ? [field, 'mutation'] : [field];
    return this.unlessMishap(kinds, () => this.#answer(read, variables, authorization));
  }

  #answer({ document, invalid }: Read, variables: Variables, authorization: string): Answer {
    const actor = this.oauth.actorOf(authorization);
    if (actor === null) return failed(401, [faults.unauthenticated()]);
    const schema = linearSchema();
    if (invalid.length > 0) return failed(400, invalid, 'GRAPHQL_VALIDATION_FAILED');
    const complexity = complexityOf(schema, document, variables);
    if (complexity > mostComplexity) return failed(400, [faults.complex()]);
    const views = viewsOf(this.workspace, actor, this.origin);
    const rootValue = { ...queriesOf(this.workspace, views, actor), ...mutationsOf(this.workspace, views, actor) };
    const result = execute({ schema, document, rootValue, variableValues: variables });
    if (result instanceof Promise) throw new Error('the resolvers of the fake answer at once');
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
}

/** What Linear answers where its limits are used up, with the headers that say which. */
export const limited = (headers: Readonly<Record<string, string>>): Answer => ({
  ...failed(400, [faults.limited()]),
  headers,
});

function failed(status: number, errors: readonly GraphQLError[], code?: string): Answer {
  const shown = errors.map((error) =>
    code === undefined ? error.toJSON() : { ...error.toJSON(), extensions: { code } },
  );
  return { status, body: { errors: shown } };
}
