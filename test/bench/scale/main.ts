import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSigningKey } from '#shared/changes/keys.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { machine } from '../machine.ts';
import type { Table } from '../part.ts';
import { asMarkdown } from '../report.ts';
import { timed } from '../statistics.ts';
import { compare } from './compare.ts';
import { fillLedger } from './fill-ledger.ts';
import { owner, type Place } from './operations.ts';

/** Enough for a page of each list that is measured. */
const young = 3_000;
const open = 300;

const about =
  'Two ledgers (SQLite), one with a past and one with hardly any, both with the same number of open changes, so that ' +
  'what differs is the past alone. Each thing is asked of both in turn; p50 in milliseconds over all rounds. The writes ' +
  'are whole transactions as the servers make them: propose() over a repository in memory, a signed decision, and what ' +
  'an executor tells the ledger for three steps, without a backend. "÷" is the median over the rounds of the ratio of their medians.';

const help = `Usage: npm run bench:scale -- [options]

Measures a ledger with a past beside one with hardly any, and prints the block of docs/measurements.md.

  --changes N   how many changes it has had (default 1000000: 12 GB, and many minutes to fill)
  --rounds N    how often everything is repeated (default 20)
  --keep FILE   fill this file, or measure it as it is, and leave it there`;

const { values } = parseArgs({
  options: {
    keep: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
    changes: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '20' },
  },
});
if (values.help) {
  console.log(help);
  process.exit();
}
const [changes, rounds] = [Number(values.changes), Number(values.rounds)];
const folder = mkdtempSync(join(tmpdir(), 'countersign-scale-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

console.log(await measure());

async function measure(): Promise<string> {
  const old = values.keep ?? join(folder, 'old.db');
  const fresh = join(folder, 'young.db');
  await fillLedger({ path: fresh, ended: young, open });
  const progress = (made: number): void => console.error(`filling: ${made} of ${changes} changes`);
  if (!existsSync(old)) await fillLedger({ path: old, ended: changes - open, open, progress });
  const places = [await placeOf(fresh), await placeOf(old)] as const;
  try {
    const tables = [
      await compare(places, { rounds, heads: [young + open, changes].map((count) => `${count} changes`) }),
      await whole(old, places[1]),
    ];
    const title = 'A ledger with a past';
    return asMarkdown({ machine: machine(), rounds, parts: [{ name: 'bench:scale', title, about, tables }] });
  } finally {
    for (const { ledger } of places) await ledger.close();
  }
}

async function placeOf(path: string): Promise<Place> {
  const ledger = await openLedger(path);
  const all = ledger.db.selectFrom('changes').select(['id', 'idempotency_key']).where('agent', '=', owner.agent);
  const rows = await all.orderBy('id').execute();
  const every = Math.max(1, Math.floor(rows.length / 1000));
  const past = rows.filter((_, at) => at % every === 0);
  return { ledger, key: openSigningKey(join(folder, 'key.pem')), recent: rows.slice(-50), past };
}

async function whole(path: string, { ledger }: Place): Promise<Table> {
  const { count } = await ledger.db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const [broken, verified] = await timed(() => verifyEvents(ledger.db));
  if (broken) throw new Error(`The chain is broken at event ${broken.seq}.`);
  const [again, opened] = await timed(() => openLedger(path));
  await again.close();
  const rows = [
    ['events', count],
    ['size of the file (GB)', statSync(path).size / 1e9],
    ['to open it (s)', opened / 1000],
    ['to follow the chain of all events (s)', verified / 1000],
  ];
  return { columns: [{ name: 'the ledger with a past' }, { name: '', digits: 2 }], rows };
}
