import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';

const folder = process.env['COUNTERSIGN_SCHEMAS'];
const path = folder === undefined ? undefined : join(folder, 'linear.graphql');

/** Why there is no schema of Linear's to check against; null where there is one. See docs/tickets.md for where to get it. */
export const noSchema: string | null =
  path !== undefined && existsSync(path) ? null : 'COUNTERSIGN_SCHEMAS names no folder with linear.graphql';

let built: GraphQLSchema | undefined;

/** The schema that Linear publishes. */
export function linearSchema(): GraphQLSchema {
  if (path === undefined) throw new Error(noSchema ?? '');
  built ??= buildSchema(readFileSync(path, 'utf8'), { assumeValidSDL: true });
  return built;
}
