import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { buildASTSchema, GraphQLError, type GraphQLSchema, isScalarType, parse } from 'graphql';

/**
 * GitHub's own GraphQL schema, built once, when first asked for. Its published text has a duplicate, so that only
 * unchecked building accepts it.
 */
export function lazySchema(): () => GraphQLSchema {
  let schema: GraphQLSchema | undefined;
  return () => {
    schema ??= build();
    return schema;
  };
}

/** Scalars that the supported mutations take. GitHub takes nothing but strings for them. */
const stringScalars = ['Base64String', 'GitObjectID', 'GitRefname'];

function build(): GraphQLSchema {
  const packageFile = findPackageJSON('@octokit/graphql-schema', import.meta.url);
  if (packageFile === undefined) throw new Error('@octokit/graphql-schema is not installed');
  const text = readFileSync(join(dirname(packageFile), 'schema.graphql'), 'utf8');
  const document = parse(withoutDescriptions(text), { noLocation: true });
  const schema = buildASTSchema(document, { assumeValidSDL: true, assumeValid: true });
  for (const name of stringScalars) {
    const scalar = schema.getType(name);
    if (isScalarType(scalar)) scalar.coerceInputValue = requireString(name);
  }
  return schema;
}

/** Descriptions are most of the text and of the memory, and nothing here reads them. */
const withoutDescriptions = (text: string): string => text.replace(/"""[\s\S]*?"""/g, '');

function requireString(name: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError(`${name} must be a string`);
  };
}
