import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres } from '#test/fakes/postgres.ts';
import { setup, teardown } from '#test/global-setup.ts';
import { asText } from './report.ts';
import { runSoak } from './run.ts';

const help = `Usage: npm run soak -- [options]

Kills, freezes and deceives the servers at every step of every kind of write, and looks at what is there after it.

  --seed N      the order of the cases, and where in time a kill falls; the same seed repeats a run (default: random)
  --minutes M   begin no case after so many minutes (default 30)
  --kind NAME   only cases of this kind of write; tickets, pages: of all that write to tickets, or to pages
  --only TEXT   only cases whose title, "kind / step / fault", contains this
  --cases N     at most so many cases
  --part I/N    only every N-th case from the I-th on, so that N runs of one seed share the work
  --postgres    with a ledger on PostgreSQL, which has to be installed
  --json        print the result as JSON
  -h, --help    print this

It exits with 1 when a change was lost, made twice, or said to be what it is not.
`;

/** Set for the run inside its own mounts. */
const inside = 'COUNTERSIGN_SOAK_INSIDE';

function optionsOrExit() {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
        minutes: { type: 'string', default: '30' },
        only: { type: 'string', default: '' },
        kind: { type: 'string', default: '' },
        cases: { type: 'string', default: '100000' },
        part: { type: 'string', default: '1/1' },
        postgres: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [seed, minutes, most] = [Number(values.seed), Number(values.minutes), Number(values.cases)];
    if (!Number.isInteger(seed) || !(minutes > 0) || !(most > 0))
      throw new Error('--seed, --minutes, --cases: numbers.');
    const [, index, parts] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(values.part) ?? []).map(Number);
    if (index === undefined || parts === undefined || index > parts) throw new Error('--part: 1/2 and 2/2, of two.');
    return { ...values, seed, minutes, most, part: { index, of: parts } };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    process.exit(2);
  }
}

/** Runs this program again with a small file system of its own for its data. Answers its exit code; null: cannot. */
function runOnSmallDisk(): number | null {
  if (process.env[inside] !== undefined || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-soak-'));
  try {
    const mount = ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=512m', 'countersign', folder];
    if (spawnSync('unshare', mount, { stdio: 'ignore' }).status !== 0) return null;
    const script = 'mount -t tmpfs -o size=512m countersign "$TMPDIR" && exec "$@"';
    const self = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
    const env = { ...process.env, TMPDIR: folder, [inside]: '1' };
    return spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...self], { stdio: 'inherit', env }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = optionsOrExit();
if (options.help) {
  process.stdout.write(help);
} else {
  process.exitCode = (options.postgres ? null : runOnSmallDisk()) ?? (await run());
}

async function run(): Promise<0 | 1> {
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
  const { seed, minutes, only, kind, most, part, json, postgres } = options;
  setup();
  const server = postgres ? await startPostgres() : null;
  process.stderr.write(`seed ${seed}\n`);
  const report = await runSoak({
    newLedger: server?.ledger,
    seed,
    minutes,
    only: (title) => title.includes(only),
    kinds: kind === '' ? undefined : [kind],
    most,
    part,
    tell: ({ name, outcome, doubts, ms, violation }) =>
      process.stderr.write(
        `${outcome}${doubts > 0 ? ' (was in doubt)' : ''}  ${name}  ${ms} ms\n${violation ? `${violation}\n` : ''}`,
      ),
  });
  await server?.stop();
  teardown();
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : asText(report)}\n`);
  return report.outcomes.some(({ violation }) => violation !== undefined) ? 1 : 0;
}
