import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { localIssuer } from '#shared/changes/entitled.ts';
import { readSigningKey, readVerificationKeys } from '#shared/changes/keys.ts';
import {
  assertMayRetire,
  earlierKeys,
  type KeyFiles,
  prepareKey,
  retireKey,
  rotateKey,
} from '#shared/changes/rotate-keys.ts';
import { endSignedBy, type SignedBy, signedBy } from '#shared/changes/signed-by.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';

const rotateHelp = `
A new key signs from then on, in servers that run too; what the old one signed holds until it is retired. Executors read the
public keys anew each time. Where they have a copy of that file on another machine, give it to them before the key signs:

Examples:
  $ countersign keys rotate --data ./data
  $ countersign keys rotate --prepare    # then copy decision-keys.json to the executors
  $ countersign keys rotate              # the key that was prepared signs now`;

const retireHelp = `
Refused while approvals that the key signed still count; they are listed. --force revokes what is approved and takes back
what waits for more approvals; what is being carried out or in doubt has to end first, and what is partial cannot be taken up
again. The public half is kept in earlier-keys.json beside the file, with which what the key signed once is checked.

Exit codes: 0 retired, 1 approvals depend on it, or it is the key that signs, 2 the files cannot be used.

Examples:
  $ countersign keys retire 6f1c… --data ./data
  $ countersign keys retire 6f1c… --force --json`;

type Options = PlaceOptions & { key?: string; keys?: string; json?: boolean };

const operator = { kind: 'person', issuer: localIssuer, subject: 'operator' } as const;

/** `countersign keys list`, `keys rotate` and `keys retire` */
export function keysCommand(countersign: Command): void {
  const keys = countersign
    .command('keys')
    .summary('replace the key that decisions are signed with')
    .description('Looks after the keys that decisions are signed with.');
  withFiles(keys.command('list'))
    .summary('list the keys, and how many approvals count under each')
    .description('Lists the keys, which one signs, and how many approvals count under each.')
    .action(list);
  withFiles(keys.command('rotate'))
    .summary('make a new key, which signs from then on')
    .description('Makes a new key, which signs from then on; the old one goes on to be taken.')
    .option('--prepare', 'only make it and give executors its public half')
    .addHelpText('after', rotateHelp)
    .action(rotate);
  withFiles(keys.command('retire'))
    .summary('have executors take a key no more')
    .description('Has executors take a key no more.')
    .argument('<key>', 'the id of the key, from "keys list"')
    .option('--force', 'end what waits under approvals of the key')
    .addHelpText('after', retireHelp)
    .action(retire);
}

function withFiles(command: Command): Command {
  return withPlace(command)
    .option('--key <file>', 'the private key (default: approvals/decision-key.pem in the data directory)')
    .option('--keys <file>', 'the public keys (default: approvals/decision-keys.json in the data directory)')
    .option('--json', 'print JSON');
}

function filesOf({ data, key, keys }: Options): KeyFiles {
  return {
    key: resolve(key ?? join(data, 'approvals', 'decision-key.pem')),
    keys: resolve(keys ?? join(data, 'approvals', 'decision-keys.json')),
  };
}

async function list(options: Options): Promise<void> {
  const files = filesOf(options);
  const signing = readSigningKey(files.key).id;
  const known = [...readVerificationKeys(files.keys).keys()];
  const all = await readLedger(ledgerOf(options), async (db) => {
    const rows: { id: string; signs: boolean; approvals: number }[] = [];
    for (const id of known) rows.push({ id, signs: id === signing, approvals: (await signedBy(db, id)).length });
    return rows;
  });
  const retired = [...earlierKeys(files.keys).keys()];
  print(options.json, { keys: all, retired }, () =>
    [
      ...all.map(({ id, signs, approvals }) => `${id}  ${signs ? 'signs' : 'is taken'}, ${approvals} open approvals`),
      ...retired.map((id) => `${id}  retired`),
    ].join('\n'),
  );
}

async function rotate(options: Options & { prepare?: true }): Promise<void> {
  const files = filesOf(options);
  if (options.prepare) {
    const prepared = prepareKey(files);
    return print(
      options.json,
      { prepared },
      () => `The key ${prepared} is in ${files.keys} and does not sign yet. "countersign keys rotate" has it sign.`,
    );
  }
  await onLedger(options, async (ledger) => {
    const done = rotateKey(files);
    const event = { at: new Date().toISOString(), type: 'key.rotated', changeId: null, actor: operator, body: done };
    await ledger.write((tx) => appendEvent(tx, event));
    const { from, to } = done;
    print(options.json, done, () => `The key ${to} signs now. What ${from} signed holds until you retire it.`);
  });
}

async function retire(id: string, options: Options & { force?: true }): Promise<void> {
  const files = filesOf(options);
  assertMayRetire(files, id);
  await onLedger(options, async (ledger) => {
    const open = await signedBy(ledger.db, id);
    if (open.length > 0 && !options.force) throw depends(id, open);
    const ended = await endSignedBy(ledger, { keyId: id, at: new Date().toISOString(), actor: operator });
    retireKey(files, id);
    print(options.json, { retired: id, ended }, () =>
      [...ended.map(line), `Executors take the key ${id} no more.`].join('\n'),
    );
  });
}

function line({ change_id: id, status }: SignedBy): string {
  const what = { pending: 'was taken back', approved: 'was revoked', partial: 'cannot be taken up again' } as const;
  return `${id} ${status in what ? what[status as keyof typeof what] : `is ${status}`}.`;
}

function depends(id: string, open: readonly SignedBy[]): CommandFailed {
  const all = open.map(({ change_id: change, status }) => `  ${change} (${status})`).join('\n');
  return new CommandFailed(
    exitCodes.no,
    `Approvals that the key ${id} signed still count:\n${all}`,
    'Wait until they have ended, or end them with --force.',
  );
}

async function onLedger(options: Options, work: (ledger: Ledger) => Promise<void>): Promise<void> {
  const location = ledgerOf(options);
  if (!isPostgresUrl(location) && !existsSync(location)) {
    throw new CommandFailed(exitCodes.usage, `There is no ledger at ${location}.`);
  }
  const ledger = await openLedger(location);
  try {
    await work(ledger);
  } finally {
    await ledger.close();
  }
}
