import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';

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

function build(): GraphQLSchema {
  const packageFile = findPackageJSON('@octokit/graphql-schema', import.meta.url);
  if (packageFile === undefined) throw new Error('@octokit/graphql-schema is not installed');
  const text = readFileSync(join(dirname(packageFile), 'schema.graphql'), 'utf8');
  return buildASTSchema(parse(text, { noLocation: true }), { assumeValidSDL: true, assumeValid: true });
}
