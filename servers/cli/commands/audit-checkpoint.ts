import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { takeCheckpoint } from '#shared/changes/checkpoint.ts';
import { openSigningKey, publicHalves, publishKey } from '#shared/changes/keys.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { addCheckpoint, checkpointsIn, publicKeysBeside } from '../checkpoints.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';
import { progressOnStderr } from '../progress.ts';

const help = `
Adds a line to the file: how many events there are and the hash of the last, signed (Ed25519), with the digest of the line
before. Before it signs, it follows the record from the last checkpoint on, and signs nothing when that does not hold.
The key is made at the first use, mode 0600, with its public half beside it as checkpoint-keys.json.

Keep the file and the key where nobody who can write the ledger can reach them: best run this on another machine, on a
backup, or on PostgreSQL as countersign_auditor, who can only read.

Examples:
  $ countersign audit checkpoint --out /mnt/elsewhere/checkpoints.jsonl --data ./data
  $ countersign audit verify --checkpoint /mnt/elsewhere/checkpoints.jsonl --data ./data`;

type Options = PlaceOptions & { out: string; key?: string; json?: boolean };

/** `countersign audit checkpoint` */
export function checkpointCommand(audit: Command): void {
  withPlace(audit.command('checkpoint'))
    .summary('note how long the record is, to be kept elsewhere')
    .description('Signs how long the record is now and how it ends, to be kept elsewhere.')
    .requiredOption('--out <file>', 'the file of checkpoints, which is added to')
    .option('--key <file>', 'the private key (default: checkpoint-key.pem beside the file)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const out = resolve(options.out);
      const location = ledgerOf(options);
      const keyFile = resolve(options.key ?? join(dirname(out), 'checkpoint-key.pem'));
      assertElsewhere(resolve(options.data), [out, keyFile]);
      const key = openSigningKey(keyFile);
      publishKey(publicKeysBeside(dirname(keyFile)), key);
      const known = checkpointsIn(out, publicHalves(key), 'or none');
      const { line, taken } = await readLedger(location, (db) =>
        takeCheckpoint(db, { ...known, key, now: new Date(), progress: progressOnStderr() }),
      );
      addCheckpoint(out, line);
      const { seq, hash, count } = taken.events;
      print(
        options.json,
        taken,
        () => `Checkpoint ${known.checkpoints.length + 1}: ${count} events, up to ${seq} (${hash}).`,
      );
    });
}

/** Whoever can write the data directory must not have the checkpoints too. Throws CommandFailed. */
function assertElsewhere(data: string, files: readonly string[]): void {
  const inside = files.find((file) => !relative(data, file).startsWith('..'));
  if (inside === undefined) return;
  throw new CommandFailed(
    exitCodes.usage,
    `${inside} is in the data directory: whoever can write the ledger could write it as well.`,
    'Keep checkpoints and their key on another machine.',
  );
}
