import type { Command } from 'commander';
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

/** `countersign ledger status` and `countersign ledger roles` */
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
