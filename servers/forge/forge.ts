import type { GraphQLSchema } from 'graphql';
import type { ForgeConfig } from './config.ts';
import type { Faults } from './faults.ts';
import type { GitStore } from './git/objects.ts';
import type { Signer } from './git/sign.ts';
import type { Locks } from './locks.ts';
import type { RequestLog } from './log.ts';
import type { Db } from './store.ts';

/** What the parts of a running forge share. */
export type Forge = {
  config: ForgeConfig;
  /** Where it is reached, without a slash at the end. Known once it listens. */
  site: { url: string };
  db: Db;
  /** Open repositories by id. */
  stores: Map<number, GitStore>;
  signer: Signer;
  /** One writer at a time for each repository. */
  locks: Locks;
  log: RequestLog;
  faults: Faults;
  /** GitHub's GraphQL schema, built when first asked for. */
  schema: () => GraphQLSchema;
  /** The PATH that git is looked for in. */
  path: string;
  now: () => number;
};
