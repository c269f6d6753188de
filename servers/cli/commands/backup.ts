import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { prepareData } from '#servers/suite/data.ts';
import { lockData } from '#servers/suite/lock.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { type Voided, voidRestored } from '#shared/changes/void-restored.ts';
import { backupLedger, installBackup } from '#shared/ledger/backup.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { print } from '../output.ts';

const backupHelp = `
The suite may run. The copy is of one moment, is one file, and has the contents of files in it: keep it as secret as the
data directory. Keep the "approvals" folder of the data directory too; keys are not in the ledger.

Examples:
  $ countersign backup /backups/ledger-2027-01-02.db --data ./data`;

const restoreHelp = `
Stop the suite first, and wait ten minutes, so that no request of it is under way. What was there is kept beside the
restored ledger. What happened after the backup is not in it: everything that was approved then is revoked and has to be
proposed anew, and what was being carried out is "unknown" until it is settled by its mark. Nothing goes on by itself.

Examples:
  $ countersign restore-ledger /backups/ledger-2027-01-02.db --data ./data`;

type Options = { data: string; ledger?: string; json?: boolean };

const ledgerOf = ({ data, ledger }: Options): string => resolve(ledger ?? join(data, 'ledger.db'));

/** `countersign backup` and `countersign restore-ledger` */
export function backupCommands(countersign: Command): void {
  withPlace(countersign.command('backup'))
    .summary('copy the ledger while the suite runs')
    .description('Copies the ledger while the suite runs.')
    .argument('<file>', 'where to; it must not be there yet')
    .addHelpText('after', backupHelp)
    .action(async (file: string, options: Options) => {
      const to = resolve(file);
      await backupLedger(ledgerOf(options), to);
      print(options.json, { file: to }, () => `The ledger is copied to ${to}.`);
    });
  withPlace(countersign.command('restore-ledger'))
    .summary('put a backup in the place of the ledger')
    .description('Puts a backup in the place of the ledger of a suite that does not run.')
    .argument('<file>', 'the backup')
    .addHelpText('after', restoreHelp)
    .action(async (file: string, options: Options) => {
      const done = await restore(resolve(file), options);
      const kept = done.kept === null ? '' : ` What was there is now ${done.kept}.`;
      const what = `Revoked: ${done.revoked}. In doubt until settled by their mark: ${done.unknown}.`;
      print(options.json, done, () => `The ledger is restored. ${what}${kept}`);
    });
}

function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', 'the data directory', './data')
    .option('--ledger <file>', 'the ledger’s file (default: ledger.db in the data directory)')
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false });
}

async function restore(from: string, options: Options): Promise<Voided & { kept: string | null }> {
  const data = resolve(options.data);
  prepareData(data);
  const lock = lockData(data);
  try {
    let voided: Voided = { revoked: 0, unknown: 0 };
    const kept = await installBackup(from, ledgerOf(options), async (copy) => {
      const ledger = await openLedger(copy);
      const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;
      voided = await voidRestored(ledger, operator, new Date()).finally(ledger.close);
    });
    return { ...voided, kept };
  } finally {
    lock.release();
  }
}
