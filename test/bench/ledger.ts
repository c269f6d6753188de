import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteFile } from '#shared/ledger/dialect.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { type Part, warmUpRounds } from './part.ts';
import { proposer } from './proposer.ts';
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
      const proposeOne = proposer(opened);
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

async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await timed(work))[1]);
  return found;
}

function rowOf(what: string, samples: readonly number[]): (string | number)[] {
  const mean = samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
  return [what, ...spread(samples), 1000 / mean];
}
