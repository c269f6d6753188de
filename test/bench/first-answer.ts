import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cell, Part } from './part.ts';
import { type Start, startAndStop } from './start-command.ts';
import { median, timed } from './statistics.ts';

const run = promisify(execFile);

export const firstAnswer: Part = {
  name: 'first-answer',
  title: 'From the command to the first answer',
  about:
    'Seconds from the start of servers/cli/countersign.js, which is what `npm start` runs, until the first of forge, ' +
    'GitHub server, approvals server and console answers over HTTP, and until all do (medians). The first start makes ' +
    'keys, ledger and the demo repository; the next is on the same data. With `--fresh` there is also a start from a ' +
    'new clone, counted from `npm ci`, which depends on the network and on what npm has kept.',
  measure: async ({ rounds, fresh }) => {
    const root = process.cwd();
    const first: Start[] = [];
    const again: Start[] = [];
    for (let round = 0; round < Math.ceil(rounds / 5); round += 1) {
      const data = newFolder('data');
      first.push(await startAndStop(root, data));
      again.push(await startAndStop(root, data));
    }
    const rows = [rowOf('start, first', first), rowOf('start, next', again)];
    if (fresh) rows.push(await freshRow(root));
    const columns = [
      { name: 'what' },
      { name: 'first answer (s)', digits: 2 },
      { name: 'all answer (s)', digits: 2 },
      { name: 'samples' },
    ];
    return [{ columns, rows }];
  },
};

function rowOf(what: string, starts: readonly Start[]): Cell[] {
  const seconds = (values: readonly number[]): number => median(values) / 1000;
  return [what, seconds(starts.map(({ first }) => first)), seconds(starts.map(({ all }) => all)), starts.length];
}

async function freshRow(root: string): Promise<Cell[]> {
  const clone = newFolder('clone');
  await run('git', ['clone', '--quiet', root, clone]);
  const [, installed] = await timed(() => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone }));
  const { first, all } = await startAndStop(clone, newFolder('data'));
  return rowOf('npm ci and start, fresh clone', [{ first: installed + first, all: installed + all }]);
}

const newFolder = (name: string): string => join(mkdtempSync(join(tmpdir(), 'start-')), name);
