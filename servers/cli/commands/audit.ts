import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Audit, auditLedger } from '#shared/changes/audit.ts';
import { readVerificationKeys } from '#shared/changes/keys.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { visibleLine } from '../visible.ts';

const help = `
Reads the file itself, and changes nothing in it; the suite may run. It finds events that were edited, deleted or
reordered, changes whose state is not what their events say, plans that are not what was sealed, and decisions that no
given key signed. It cannot find that the end of the record was cut off and made anew: for that, keep backups elsewhere.

Exit codes: 0 nothing found, 1 something was, 2 the files cannot be read.

Examples:
  $ countersign audit verify --data ./data
  $ countersign audit verify --ledger backup.db --keys decision-keys.json earlier-keys.json --json`;

type Options = { data: string; ledger?: string; keys?: string[]; json?: boolean };

/** `countersign audit verify` */
export function auditCommand(countersign: Command, exit: SetExitCode): void {
  countersign
    .command('audit')
    .summary('check the record')
    .description('Checks the record.')
    .command('verify')
    .summary('check that nothing in the ledger was edited')
    .description('Checks that nothing in the ledger was edited, deleted or reordered.')
    .option('--data <dir>', 'the data directory', './data')
    .option('--ledger <file>', 'the ledger’s file (default: ledger.db in the data directory)')
    .option('--keys <files...>', 'public decision keys (default: approvals/decision-keys.json in the data directory)')
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', help)
    .action(async ({ data, ledger, keys, json }: Options) => {
      const files = keys ?? [join(data, 'approvals', 'decision-keys.json')];
      const known = new Map(files.flatMap((file) => [...readVerificationKeys(resolve(file))]));
      const path = resolve(ledger ?? join(data, 'ledger.db'));
      const audit = await readLedger(path, (db) => auditLedger(db, known));
      print(json, audit, () => render(audit));
      exit(audit.findings.length === 0 ? exitCodes.ok : exitCodes.no);
    });
}

/** More findings than anybody reads; JSON has them all. */
const most = 100;

function render({ events, changes, decisions, findings }: Audit): string {
  const shown = findings
    .slice(0, most)
    .map(({ code, where, message }) => visibleLine(`${where}: ${message} (${code})`));
  const more = findings.length > most ? [`… and ${findings.length - most} more; --json lists them all`] : [];
  return [
    ...shown,
    ...more,
    `${events} events, ${changes} changes and ${decisions} decisions: ${findings.length === 0 ? 'nothing' : findings.length} found.`,
    'Truncation not proven: nothing outside this file tells how long the record was.',
  ].join('\n');
}
