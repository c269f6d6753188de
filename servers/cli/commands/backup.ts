import { resolve } from 'node:path';
import type { Command } from 'commander';
import { prepareData } from '#servers/suite/data.ts';
import { lockData } from '#servers/suite/lock.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { type Voided, voidRestored } from '#shared/changes/void-restored.ts';
import { backupLedger, installBackup } from '#shared/ledger/backup.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { dumpPostgres, loadPostgres } from '#shared/ledger/postgres/dump.ts';
import { programEnvironment } from '../config.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';

const backupHelp = `
The suite may run. The copy is of one moment, is one file (on PostgreSQL made by pg_dump, as the owner), and has the contents of files in it: keep it as secret as the
data directory. Keep the "approvals" folder of the data directory too; keys are not in the ledger.

Examples:
  $ countersign backup /backups/ledger-2027-01-02.db --data ./data
  $ countersign backup /backups/ledger-2027-01-02.dump --ledger postgres://OWNER@HOST/DATABASE`;

const restoreHelp = `
Stop the suite first, and wait ten minutes, so that no request of it is under way. What was there is kept beside the
restored ledger. What happened after the backup is not in it: everything that was approved then is revoked and has to be
proposed anew, and what was being carried out is "unknown" until it is settled by its mark. Nothing goes on by itself.
On PostgreSQL it is restored into an empty database, as its owner: then run "countersign ledger roles" on that, and point
the servers to it.

Examples:
  $ countersign restore-ledger /backups/ledger-2027-01-02.db --data ./data
  $ countersign restore-ledger /backups/ledger-2027-01-02.dump --ledger postgres://OWNER@HOST/EMPTY`;

type Options = PlaceOptions & { json?: boolean };

/** `countersign backup` and `countersign restore-ledger` */
export function backupCommands(countersign: Command): void {
  withPlace(countersign.command('backup'))
    .option('--json', 'print JSON')
    .summary('copy the ledger while the suite runs')
    .description('Copies the ledger while the suite runs.')
    .argument('<file>', 'where to; it must not be there yet')
    .addHelpText('after', backupHelp)
    .action(async (file: string, options: Options) => {
      const to = resolve(file);
      const location = ledgerOf(options);
      if (isPostgresUrl(location)) await dumpPostgres(location, to, programEnvironment());
      else await backupLedger(location, to);
      print(options.json, { file: to }, () => `The ledger is copied to ${to}.`);
    });
  withPlace(countersign.command('restore-ledger'))
    .option('--json', 'print JSON')
    .summary('put a backup in the place of the ledger')
    .description('Puts a backup in the place of the ledger of a suite that does not run.')
    .argument('<file>', 'the backup')
    .addHelpText('after', restoreHelp)
    .action(async (file: string, options: Options) => {
      const location = ledgerOf(options);
      const done = isPostgresUrl(location)
        ? await restoreInPostgres(resolve(file), location)
        : await restoreFile(resolve(file), location, resolve(options.data));
      const kept = done.kept === null ? '' : ` What was there is now ${done.kept}.`;
      const what = `Revoked: ${done.revoked}. In doubt until settled by their mark: ${done.unknown}.`;
      print(options.json, done, () => `The ledger is restored. ${what}${kept}`);
    });
}

type Restored = Voided & { readonly kept: string | null };

async function restoreInPostgres(from: string, url: string): Promise<Restored> {
  await loadPostgres(from, url, programEnvironment());
  return { ...(await voidAll(url)), kept: null };
}

/** Opens a restored ledger, for the first time, to make it safe to work on. */
async function voidAll(location: string): Promise<Voided> {
  const ledger = await openLedger(location);
  const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;
  return voidRestored(ledger, operator, new Date()).finally(ledger.close);
}

async function restoreFile(from: string, path: string, data: string): Promise<Restored> {
  prepareData(data);
  const lock = lockData(data);
  try {
    let voided: Voided = { revoked: 0, unknown: 0 };
    const kept = await installBackup(from, path, async (copy) => {
      voided = await voidAll(copy);
    });
    return { ...voided, kept };
  } finally {
    lock.release();
  }
}
