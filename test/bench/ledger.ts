import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoCapabilities } from '#capabilities/index.ts';
import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { type ProposeContext, propose } from '#shared/changes/propose.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { openSqliteFile } from '#shared/ledger/dialect.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { limitlessBlueprint } from './blueprint.ts';
import { type Part, warmUpRounds } from './part.ts';
import { benchRepository } from './servers/repository.ts';
import { spread, spreadColumns, timed } from './statistics.ts';

const perRound = { rows: 40, proposals: 12 } as const;

export const ledger: Part = {
  name: 'ledger',
  title: 'Durable transactions and proposals',
  about:
    'In one process, in turn, after some rounds of warming up: transactions of one row on a SQLite file with the ledger’s ' +
    'own settings (WAL, synchronous=FULL), and whole proposals of a pull request with one file through propose(), over ' +
    'a repository in memory. A proposal is one such transaction, with its change, seal, snapshot, content and events ' +
    'in it, so it cannot be faster. How long a commit takes is the disk’s to say.',
  measure: async ({ rounds }) => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const database = openSqliteFile(join(folder, 'rows.db'));
    database.exec('create table rows (id integer primary key, text text not null) strict');
    const insert = database.prepare('insert into rows (text) values (?)');
    const opened = await openLedger(join(folder, 'ledger.db'));
    try {
      const proposeOne = proposer({ ...place(), ledger: opened });
      const rows: number[] = [];
      const proposals: number[] = [];
      for (let round = -warmUpRounds(rounds); round < rounds; round += 1) {
        const one = await times(perRound.rows, async () => insert.run('one row'));
        const other = await times(perRound.proposals, proposeOne);
        if (round < 0) continue;
        rows.push(...one);
        proposals.push(...other);
      }
      const columns = [{ name: 'what' }, ...spreadColumns, { name: 'per second' }];
      return [{ columns, rows: [rowOf('transaction of one row', rows), rowOf('propose()', proposals)] }];
    } finally {
      await opened.close();
      database.close();
    }
  },
};

function place(): Omit<ProposeContext<RepoReader, RepoWriter, RepoAsk, RepoTarget>, 'ledger'> {
  const reader = benchRepository().reader();
  const tools = toolbox(repoCapabilities);
  return { tools, reader, server: 'github', backend: 'https://git.example', now: () => new Date() };
}

function proposer(context: ProposeContext<RepoReader, RepoWriter, RepoAsk, RepoTarget>): () => Promise<unknown> {
  const blueprint = limitlessBlueprint();
  const found = context.tools.find('propose_pull_request');
  if (found?.tool.kind !== 'write') throw new Error('There is no such tool.');
  const { tool, capability } = found;
  let made = 0;
  return () => {
    made += 1;
    const files = [{ path: `docs/bench-${made}.md`, content: `# Measured\n\nNumber ${made}.\n` }];
    const args = { repository: 'acme/web', branch: `agent/bench-${made}`, title: 'One', reason: 'to measure', files };
    return propose(context, blueprint, { tool, capability }, args);
  };
}

async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await timed(work))[1]);
  return found;
}

function rowOf(what: string, samples: readonly number[]): (string | number)[] {
  const mean = samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
  return [what, ...spread(samples), 1000 / mean];
}
