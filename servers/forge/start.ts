import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { AppError } from '#shared/errors.ts';
import { forgeCommitter } from './accounts.ts';
import { makeApp } from './app.ts';
import type { ForgeConfig } from './config.ts';
import { makePrivateDirectory } from './durable.ts';
import { makeFaults } from './faults.ts';
import type { Forge } from './forge.ts';
import { removeStaleLocks } from './git/refs.ts';
import { openSigner } from './git/sign.ts';
import { lazySchema } from './graphql/schema.ts';
import { listInstallations } from './installations.ts';
import { makeLocks } from './locks.ts';
import { openRequestLog } from './log.ts';
import { repositoriesOf } from './repositories.ts';
import { seed } from './seed/seed.ts';
import { openDatabase } from './store.ts';

/**
 * A running forge. `close` ends it; requests under way are cut off. `warm` builds the GraphQL schema ahead of the first
 * request that needs it, which takes some tenths of a second.
 */
export type RunningForge = { url: string; warm: () => void; close: () => Promise<void> };

/**
 * Starts a forge on its data directory, which is filled with the demo repositories at first start.
 * @throws AppError `bad_configuration` where the port or the data is in use
 */
export async function startForge(config: ForgeConfig): Promise<RunningForge> {
  makePrivateDirectory(config.dataDir);
  const db = openDatabase(config.dataDir);
  const log = openRequestLog(config.dataDir);
  const signer = await openSigner(config.dataDir, forgeCommitter.email);
  const forge: Forge = {
    config,
    site: { url: '' },
    db,
    stores: new Map(),
    signer,
    locks: makeLocks(),
    log,
    faults: makeFaults(config.faultsFile),
    schema: lazySchema(),
    path: config.path,
    now: Date.now,
  };
  const release = (): void => {
    log.close();
    db.close();
  };
  try {
    await seed({ db, dataDir: config.dataDir, others: config.repositories });
    await recover(forge);
    const { port, close } = await listen(forge);
    forge.site.url = `http://${config.host === '::1' ? '[::1]' : config.host}:${port}`;
    return { url: forge.site.url, warm: () => void forge.schema(), close: () => close().then(release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** Nobody else writes here (the database is held exclusively), so a lock file is one that a killed process left. */
async function recover(forge: Forge): Promise<void> {
  for (const { account } of listInstallations(forge)) {
    for (const repository of repositoriesOf(forge, account)) await removeStaleLocks(repository.git.dir);
  }
}

async function listen(forge: Forge): Promise<{ port: number; close: () => Promise<void> }> {
  const { host, port } = forge.config;
  const server = createAdaptorServer({ fetch: makeApp(forge).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.code})`;
    throw new AppError('bad_configuration', `COUNTERSIGN_FORGE_PORT: ${host}:${port} ${reason}`, { cause: error });
  });
  const address = server.address();
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  return { port: typeof address === 'object' && address ? address.port : port, close };
}

/** Where the request log of a forge is. */
export const requestLogPath = (dataDir: string): string => join(dataDir, 'requests.jsonl');
