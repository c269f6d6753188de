import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Audit, auditLedger } from '#shared/changes/audit.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { checkpointsIn, publicKeysBeside } from '../checkpoints.ts';
import { exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';
import type { SetExitCode } from '../program.ts';
import { progressOnStderr } from '../progress.ts';
import { decisionKeysIn, keysIn, peopleIn, vaultFor } from '../verification.ts';
import { visibleLine } from '../visible.ts';

const help = `
Reads the ledger itself, and changes nothing in it; the suite may run. It finds events that were edited, deleted or
reordered; changes whose state, steps or decisions are not what their events say; plans and snapshots that are not what
was sealed; and decisions that no given key signed. Every kept content is hashed again, which takes the longest;
--no-contents leaves that out. That the end of the record was cut off and made anew shows only against a checkpoint that
was kept elsewhere: see "countersign audit checkpoint".

Exit codes: 0 nothing found, 1 something was, 2 the files cannot be read.

Examples:
  $ countersign audit verify --data ./data
  $ countersign audit verify --data ./data --checkpoint /mnt/elsewhere/checkpoints.jsonl
  $ countersign audit verify --ledger backup.db --keys decision-keys.json earlier-keys.json --json`;

type Options = PlaceOptions & {
  keys?: string[];
  people?: string;
  checkpoint?: string;
  checkpointKeys?: string[];
  contents: boolean;
  contentsKeys?: string;
  json?: boolean;
};

/** `countersign audit verify` */
export function verifyCommand(audit: Command, exit: SetExitCode): void {
  withPlace(audit.command('verify'))
    .summary('check that nothing in the ledger was edited')
    .description('Checks that nothing in the ledger was edited, deleted or reordered.')
    .option('--keys <files...>', 'public decision keys (default: those in the approvals folder of the data directory)')
    .option('--people <file>', 'the list of people, to check what their passkeys signed')
    .option('--checkpoint <file>', 'checkpoints that were kept elsewhere, to compare with')
    .option(
      '--checkpoint-keys <files...>',
      'public keys of checkpoints (default: checkpoint-keys.json beside the file)',
    )
    .option('--contents-keys <file>', 'keys that contents are encrypted with (default: those of the data directory)')
    .option('--no-contents', 'do not hash kept contents again')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const keys = keysIn(options.keys ?? decisionKeysIn(options.data));
      const people = peopleIn(options.people);
      const { checkpoints } = options.checkpoint === undefined ? { checkpoints: [] } : checkpointsOf(options);
      const done = await readLedger(ledgerOf(options), (db) =>
        auditLedger(db, { keys, people, checkpoints, vault: vaultFor(options), progress: progressOnStderr() }),
      );
      print(options.json, done, () => render(done));
      exit(done.found === 0 ? exitCodes.ok : exitCodes.no);
    });
}

function checkpointsOf({ checkpoint = '', checkpointKeys }: Options) {
  const file = resolve(checkpoint);
  return checkpointsIn(file, keysIn(checkpointKeys ?? [publicKeysBeside(dirname(file))]));
}

/** More findings than anybody reads; JSON has more. */
const most = 100;

function render(audit: Audit): string {
  const { events, changes, decisions, contents, found, findings } = audit;
  const shown = findings
    .slice(0, most)
    .map(({ code, where, message }) => visibleLine(`${where}: ${message} (${code})`));
  const more = found > most ? [`… and ${found - most} more; --json lists ${findings.length}`] : [];
  return [
    ...shown,
    ...more,
    `${events} events, ${changes} changes and ${decisions} decisions: ${found === 0 ? 'nothing' : found} found.`,
    contentsLine(contents),
    ...passkeysLine(audit),
    truncation(audit),
  ].join('\n');
}

function contentsLine(counts: Audit['contents']): string {
  if (counts === null) return 'Contents were left out.';
  const { whole, locked, dropped } = counts;
  const unread = locked === 0 ? '' : `, ${locked} not read: the key to them was not given`;
  return `${whole} contents are whole${unread}${dropped === 0 ? '' : `, ${dropped} dropped by retention`}.`;
}

function passkeysLine({ passkeys: { checked, unchecked } }: Audit): string[] {
  if (unchecked > 0) return [`${unchecked} approvals with a passkey were not checked: give the list with --people.`];
  return checked === 0 ? [] : [`${checked} approvals with a passkey were checked.`];
}

function truncation({ truncation: verdict, checkpoint }: Audit): string {
  if (verdict === 'not proven' || checkpoint === null) {
    return 'Truncation not proven: nothing outside this ledger tells how long the record was.';
  }
  const { taken_at: at, events } = checkpoint;
  return verdict === 'found'
    ? `Truncated or made anew: the checkpoints, of which the last is of ${at}, saw another record.`
    : `Nothing up to event ${events.seq} was cut off or made anew: the checkpoint of ${at} saw the same. What came after it is not proven.`;
}
