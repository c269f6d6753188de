import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { notImplemented, Refusal } from '../refusal.ts';
import { connectionFields } from './connection.ts';
import type { Context, Field, Fields, Typed } from './field.ts';
import { actorFields } from './resolvers/actors.ts';
import { checkFields } from './resolvers/checks.ts';
import { commentFields } from './resolvers/comments.ts';
import { gitFields } from './resolvers/git.ts';
import { mutationFields } from './resolvers/mutations.ts';
import { pullFields } from './resolvers/pulls.ts';
import { queryFields } from './resolvers/query.ts';
import { repositoryFields } from './resolvers/repository.ts';
import { threadFields } from './resolvers/review-threads.ts';
import { reviewFields } from './resolvers/reviews.ts';

export type GraphqlRequest = {
  query: string;
  variables?: Record<string, unknown> | null | undefined;
  operationName?: string | null | undefined;
};

const fields: Fields = {
  ...queryFields,
  ...repositoryFields,
  ...actorFields,
  ...gitFields,
  ...pullFields,
  ...commentFields,
  ...threadFields,
  ...reviewFields,
  ...checkFields,
  ...mutationFields,
  ...connectionFields,
};

const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args, context, info) => {
  const field = fields[info.parentType.name]?.[info.fieldName] as
    | ((source: unknown, args: unknown, context: Context, info: unknown) => ReturnType<Field>)
    | undefined;
  if (!field) throw notImplemented(`${info.parentType.name}.${info.fieldName}`);
  return field(source, args, context, info);
};

/** Names of the operations and root fields of a document, for the log; undefined where it cannot be parsed. */
export function outline(query: string): { operations: string[]; fields: string[] } | undefined {
  let document: DocumentNode;
  try {
    document = parse(query, { noLocation: true });
  } catch {
    return undefined;
  }
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return {
    operations: operations.map((operation) => operation.name?.value ?? operation.operation),
    fields: operations.flatMap((operation) => rootFields(document, operation.selectionSet)),
  };
}

function rootFields(document: DocumentNode, set: SelectionSetNode, seen: readonly string[] = []): string[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(document, selection.selectionSet, seen);
    const name = selection.name.value;
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    if (fragment?.kind !== Kind.FRAGMENT_DEFINITION || seen.includes(name)) return [];
    return rootFields(document, fragment.selectionSet, [...seen, name]);
  });
}

/** Validates against GitHub's schema and executes. Errors are in the answer, as GitHub shapes them. */
export async function executeRequest(context: Context, request: GraphqlRequest) {
  const schema = context.forge.schema();
  let document: DocumentNode;
  try {
    document = parse(request.query);
  } catch (error) {
    return { errors: [formatError(error as GraphQLError)] };
  }
  const problems = validate(schema, document, undefined, { maxErrors: 10 });
  if (problems.length > 0) return { errors: problems.map(formatError) };
  const result = await execute({
    schema,
    document,
    contextValue: context,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
    fieldResolver: resolveField,
    typeResolver: (value) => (value as Typed<string>).typename,
  });
  const { data, errors } = result;
  return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(formatError) } : {}) };
}

function formatError(error: GraphQLError) {
  const { path, locations, originalError } = error;
  const shape = { ...(path ? { path } : {}), ...(locations ? { locations } : {}) };
  if (originalError instanceof Refusal) return { type: originalError.kind, ...shape, message: originalError.message };
  if (!originalError || originalError.name === 'GraphQLError') return { ...shape, message: error.message };
  process.stderr.write(`forge: ${originalError.stack ?? originalError.message}\n`);
  return { ...shape, message: 'Something went wrong while executing your query. The log of forge says what.' };
}
