import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { published } from '../common/published.ts';

const { path, missing } = published('linear.graphql');

/** Why there is no schema of Linear's to check against; null where there is one. */
export const noSchema = missing;

let built: GraphQLSchema | undefined;

/** The schema that Linear publishes. */
export function linearSchema(): GraphQLSchema {
  if (path === null) throw new Error(missing);
  built ??= buildSchema(readFileSync(path, 'utf8'), { assumeValidSDL: true });
  return built;
}
