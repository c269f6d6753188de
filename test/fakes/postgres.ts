import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openLedger } from '#shared/ledger/ledger.ts';
import { madeOnce } from './environment.ts';
import { type Cluster, end, keep, newCluster } from './postgres-cluster.ts';

/** A PostgreSQL server of a test's own: on a socket in a folder, gone when it is stopped. */
export type PostgresServer = {
  /** The URL of a database of this server, for a user. */
  readonly url: (database: string, user?: string) => string;
  /** Makes a database, as a copy of the one at a URL if there is one; answers its URL. */
  readonly create: (original?: string) => Promise<string>;
  /** Makes a database with a ledger in which nothing was kept; answers its URL. */
  readonly ledger: () => Promise<string>;
  /** Runs statements as the superuser, one after the other, in a database by its name or URL. */
  readonly run: (database: string, ...statements: readonly string[]) => Promise<void>;
  /** Stops at once, as a crash would. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The database that new ledgers are copies of. */
const empty = 'empty_ledger';

export async function startPostgres(): Promise<PostgresServer> {
  const cluster = newCluster(await template());
  const run: PostgresServer['run'] = (database, ...statements) =>
    runIn(database.includes(':') ? database : cluster.url(database), statements);
  let child: ChildProcess = await cluster.run();
  let made = 0;
  const create = async (original: string): Promise<string> => {
    made += 1;
    // To copy files takes half as long as to log every page of them, as PostgreSQL does since 15 unless told otherwise.
    const how = cluster.version < 15 ? '' : ' strategy file_copy';
    await run('postgres', `create database ledger_${made} template ${original}${how}`);
    return cluster.url(`ledger_${made}`);
  };
  const crash = (): Promise<void> => end(child, 'SIGQUIT');
  return {
    url: cluster.url,
    run,
    create: (original) => create(original === undefined ? 'template1' : (/\/(\w+)\?/.exec(original)?.[1] ?? '')),
    ledger: () => create(empty),
    start: async () => {
      child = await cluster.run();
    },
    crash,
    stop: async () => {
      await crash();
      rmSync(cluster.dir, { recursive: true, force: true });
    },
  };
}

/**
 * Where a cluster with an empty ledger is kept for this run of the tests. Whoever is first makes it, since to make one
 * takes far longer than to copy it.
 */
async function template(): Promise<string> {
  const path = join(madeOnce(), 'postgres');
  if (existsSync(path)) return path;
  const cluster: Cluster = newCluster();
  const child = await cluster.run();
  await runIn(cluster.url('postgres'), [`create database ${empty}`]);
  await (await openLedger(cluster.url(empty))).close();
  await end(child, 'SIGINT');
  keep(cluster, path);
  return path;
}

async function runIn(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
