import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { localIssuer } from '#shared/changes/entitled.ts';
import { leastReadsDays, readsRetentionDays, usualReadsDays } from '#shared/config/retention.ts';
import { countDroppableReads, dropReads } from '#shared/ledger/drop-reads.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl, ledgerName } from '#shared/ledger/location.ts';
import { createRoles, rolesAsSql, usualRoles } from '#shared/ledger/postgres/roles.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { type LedgerStatus, ledgerStatus } from '#shared/ledger/status.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';

const rolesHelp = `
Connect as the owner of the database, who may make users. It makes or brings up to date the tables, and a user for each
server, countersign_NAME, with just the rights that it needs; countersign_auditor may read everything and write nothing.
Run it again after each update, and after a restore. The users have no password: set one in psql with
\\password countersign_github, or let them sign in in another way. No password belongs on a command line.

Examples:
  $ countersign ledger roles --ledger 'postgres://OWNER@HOST/DATABASE?sslmode=verify-full'
  $ countersign ledger roles --servers github approvals auditor --print`;

const dropReadsHelp = `
Drops what agents read so long ago, some hundred rows at a time: the suite may run. That it was dropped is put on record,
the events of the calls stay, and so does what was sealed with changes. The suite does this once a day (retention: reads).
In PostgreSQL only the owner of the tables can.

Examples:
  $ countersign ledger drop-reads --older-than 90d --dry-run
  $ countersign ledger drop-reads --ledger 'postgres://OWNER@HOST/DATABASE?sslmode=verify-full'`;

const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;

type DropReads = PlaceOptions & { olderThan: number; dryRun?: boolean; json?: boolean };

/** `countersign ledger status`, `ledger roles` and `ledger drop-reads` */
export function ledgerCommand(countersign: Command): void {
  const ledger = countersign
    .command('ledger')
    .summary('look at the ledger, and make its users')
    .description('Looks at the ledger itself, and makes its users in PostgreSQL.');
  withPlace(ledger.command('status'))
    .summary('say how large the ledger is, and what is open')
    .description('Says how large the ledger is, of which version, what is open, and how its record ends.')
    .option('--json', 'print JSON')
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const location = ledgerOf(options);
      const status = await readLedger(location, ledgerStatus);
      print(options.json, status, () => render(ledgerName(location), status));
    });
  withPlace(ledger.command('roles'))
    .summary('make the servers’ users in PostgreSQL')
    .description('Makes the servers’ users in PostgreSQL, each with just the rights that it needs.')
    .option('--servers <names...>', 'whose users', [...usualRoles])
    .option('--print', 'print the SQL instead, and connect to nothing')
    .addHelpText('after', rolesHelp)
    .action(async (options: PlaceOptions & { servers: string[]; print?: true }) => {
      if (options.print) return console.log(rolesAsSql(options.servers));
      const url = ledgerOf(options);
      if (!isPostgresUrl(url)) {
        throw new CommandFailed(exitCodes.usage, 'Only a ledger in PostgreSQL has users: give its postgres:// URL.');
      }
      await createRoles(url, options.servers);
      const made = options.servers.map((name) => `countersign_${name}`).join(', ');
      console.log(`${made} have just the rights that they need. They have no passwords until you set them.`);
    });
  withPlace(ledger.command('drop-reads'))
    .summary('drop what agents read long ago')
    .description('Drops what agents read long ago.')
    .option('--older-than <days>', 'drop what was read so long ago, such as 90d', days, usualReadsDays)
    .option('--dry-run', 'only say what would be dropped')
    .option('--json', 'print JSON')
    .addHelpText('after', dropReadsHelp)
    .action(dropOldReads);
}

async function dropOldReads(options: DropReads): Promise<void> {
  const location = ledgerOf(options);
  if (!isPostgresUrl(location) && !existsSync(location)) {
    throw new CommandFailed(exitCodes.usage, `There is no ledger at ${location}.`);
  }
  const ledger = await openLedger(location);
  try {
    const asked = { days: options.olderThan, now: new Date() };
    const done = options.dryRun
      ? await countDroppableReads(ledger.db, asked)
      : await dropReads(ledger, { ...asked, actor: operator });
    const what = options.dryRun ? 'Would be dropped' : 'Dropped';
    print(options.json, { ...done, dry_run: options.dryRun === true }, () => `${what}: ${done.reads} reads.`);
  } finally {
    await ledger.close();
  }
}

function days(text: string): number {
  const parsed = readsRetentionDays.safeParse(text);
  if (parsed.success && parsed.data !== null) return parsed.data;
  throw new InvalidArgumentError(`It must be a number of days, ${leastReadsDays}d or more.`);
}

function render(name: string, status: LedgerStatus): string {
  const { engine, version, current, bytes, changes, oldest_open: oldest, stops, head } = status;
  const counts = Object.entries(changes).map(([state, count]) => `${count} ${state}`);
  return [
    `${name} (${engine}, ${(bytes / 1024 / 1024).toFixed(1)} MiB)`,
    `version ${version ?? 'none'}${current ? '' : ', which is not that of this program'}`,
    `changes: ${counts.join(', ') || 'none'}`,
    `oldest open: ${oldest === null ? 'none' : `${oldest.id}, ${oldest.status}, since ${oldest.created_at}`}`,
    `stops in force: ${stops}`,
    `last event: ${head === null ? 'none' : `${head.seq} of ${head.at}, ${head.hash}`}`,
  ].join('\n');
}
