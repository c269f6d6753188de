import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { contentKeysIn } from '#servers/suite/data.ts';
import { readSuiteFile, type SuiteFile } from '#servers/suite/file.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { retentionDays } from '#shared/config/retention.ts';
import { addContentKey } from '#shared/ledger/content-keys.ts';
import { countDroppable, type Dropped, dropContents } from '#shared/ledger/drop-contents.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { ledgerLocation } from '#shared/ledger/location.ts';
import { openEncryptedLedger } from '#shared/ledger/open-encrypted.ts';
import { type Rotation, rotateContents } from '#shared/ledger/rotate-contents.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';

const keyHelp = `
Puts a new key before the others in the file of keys, which is made if it is not there. Servers that run use it from then
on for what they keep. Encrypt what is kept already with it by "countersign contents rotate".

Examples:
  $ countersign contents new-key --data ./data`;

const rotateHelp = `
Encrypts everything with the first key of the file: what was kept under another key, and what was kept under none. The
suite may run, and may be used. A key that nothing uses any more can be taken out of the file.

Examples:
  $ countersign contents new-key && countersign contents rotate`;

const gcHelp = `
Drops the contents that no change needs: none that is open or partial, none that is on hold, and none that ended less than
the retention ago. That they were there stays on record. A change whose contents are dropped cannot be put back any more.
The suite does this once a day when its configuration has a retention.

Examples:
  $ countersign contents gc --older-than 90d --dry-run
  $ countersign contents gc --config countersign.yaml`;

type Options = {
  data?: string;
  config?: string;
  ledger?: string;
  keys?: string;
  olderThan?: number | null;
  dryRun?: boolean;
  json?: boolean;
};

const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;

/** `countersign contents new-key`, `contents rotate` and `contents gc` */
export function contentsCommands(countersign: Command): void {
  const contents = countersign
    .command('contents')
    .summary('keys and retention of the contents of changes')
    .description('Looks after the contents of changes: their keys, and how long they are kept.');
  withPlace(contents.command('new-key'))
    .summary('make a new key, the first in the file of keys')
    .description('Makes a new key, the first in the file of keys.')
    .addHelpText('after', keyHelp)
    .action((options: Options) => {
      const { keys } = placeOf(options);
      const id = addContentKey(keys, new Date());
      print(options.json, { key: id, file: keys }, () => `The key ${id} is the first in ${keys} now.`);
    });
  withPlace(contents.command('rotate'))
    .summary('encrypt everything with the first key')
    .description('Encrypts everything with the first key.')
    .addHelpText('after', rotateHelp)
    .action((options: Options) =>
      onLedger(options, async (ledger) => {
        const done = await rotateContents(ledger, { actor: operator, now: () => new Date() });
        print(options.json, done, () => rotated(done));
      }),
    );
  withPlace(contents.command('gc'))
    .summary('drop contents whose retention is over')
    .description('Drops contents whose retention is over.')
    .option('--older-than <days>', 'drop what ended so long ago, such as 90d (default: the configuration’s)', days)
    .option('--dry-run', 'only say what would be dropped')
    .addHelpText('after', gcHelp)
    .action((options: Options) => onLedger(options, (ledger) => collect(ledger, options)));
}

function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', 'the data directory (default: the configuration’s, or ./data)')
    .option('--config <file>', 'the configuration file of the suite')
    .option(
      '--ledger <file>',
      'the ledger’s file or postgres:// URL (default: the configuration’s, or ledger.db in the data directory)',
    )
    .option(
      '--keys <file>',
      'the file of keys (default: the configuration’s, or keys/contents.keys in the data directory)',
    )
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: false });
}

const fileOf = ({ config }: Options): SuiteFile => (config === undefined ? {} : readSuiteFile(resolve(config)));

function placeOf(options: Options): { ledger: string; keys: string } {
  const file = fileOf(options);
  const data = resolve(options.data ?? file.data ?? 'data');
  const ledger = options.ledger === undefined ? file.ledger : ledgerLocation(options.ledger);
  return {
    ledger: ledger ?? join(data, 'ledger.db'),
    keys: resolve(options.keys ?? file.contents_keys ?? contentKeysIn(data)),
  };
}

async function onLedger(options: Options, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const place = placeOf(options);
  if (!/^postgres/i.test(place.ledger) && !existsSync(place.ledger)) {
    throw new CommandFailed(exitCodes.usage, `There is no ledger at ${place.ledger}.`);
  }
  const ledger = await openEncryptedLedger(place.ledger, existsSync(place.keys) ? place.keys : undefined);
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function collect(ledger: Ledger, options: Options): Promise<void> {
  const retention = options.olderThan ?? fileOf(options).retention?.contents ?? null;
  if (retention === null) {
    throw new CommandFailed(exitCodes.usage, 'No retention is configured: say how old, with --older-than.');
  }
  const asked = { days: retention, now: new Date() };
  const done = options.dryRun
    ? await countDroppable(ledger.db, asked)
    : await dropContents(ledger, { ...asked, actor: operator });
  print(options.json, { ...done, dry_run: options.dryRun === true }, () => dropped(done, options.dryRun === true));
}

function rotated({ key, chunks, left }: Rotation): string {
  const done = `${chunks} chunks were encrypted with the key ${key}.`;
  if (left.length === 0) return `${done} No chunk uses another key: the others can be taken out of the file.`;
  const others = left.map((id) => id ?? 'none at all').join(', ');
  return `${done} A server still keeps contents under another key: ${others}. Run this again.`;
}

function dropped({ contents, chunks, bytes }: Dropped, dry: boolean): string {
  const what = `${contents} contents in ${chunks} chunks, ${bytes} bytes as they are kept`;
  return dry ? `Would be dropped: ${what}.` : `Dropped: ${what}.`;
}

function days(text: string): number | null {
  const parsed = retentionDays.safeParse(text);
  if (!parsed.success || parsed.data === null)
    throw new InvalidArgumentError('It must be a number of days, such as 90d.');
  return parsed.data;
}
