import type { Command } from 'commander';
import { automaticWords } from '#shared/changes/automatic-words.ts';
import { type ChangeCheck, type Check, type SignedDecision, verifyChange } from '#shared/changes/verify-change.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';
import type { SetExitCode } from '../program.ts';
import { decisionKeysIn, keysIn, peopleIn, vaultFor } from '../verification.ts';
import { visibleLine } from '../visible.ts';

const help = `
Reads the ledger itself, and changes nothing in it; no server is asked. The seal, the snapshots and the kept contents are
hashed again, and each signature is verified with the public keys. Whether an event of the record is missing, or its end was
cut off, shows only when all of it is read: see "countersign audit verify".

Exit codes: 0 everything that was checked holds, 1 something does not, or there is no such change, 2 the files cannot be read.

Examples:
  $ countersign changes verify chg_01kagv2xq6w0c5z8t4m1n7p3rd --data ./data
  $ countersign changes verify chg_01kagv2xq6w0c5z8t4m1n7p3rd --ledger backup.db --keys decision-keys.json --json`;

type Options = PlaceOptions & {
  keys?: string[];
  people?: string;
  contents: boolean;
  contentsKeys?: string;
  json?: boolean;
};

/** `countersign changes verify` */
export function verifyChangeCommand(changes: Command, exit: SetExitCode): void {
  withPlace(changes.command('verify'))
    .summary('check one change without a server: who signed what')
    .description('Shows who signed what of one change, and checks it without any server.')
    .argument('<id>', 'the change')
    .option('--keys <files...>', 'public decision keys (default: those in the approvals folder of the data directory)')
    .option('--people <file>', 'the list of people, to check what their passkeys signed')
    .option('--contents-keys <file>', 'keys that contents are encrypted with (default: those of the data directory)')
    .option('--no-contents', 'do not hash kept contents again')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, options: Options) => {
      const keys = keysIn(options.keys ?? decisionKeysIn(options.data));
      const given = { keys, people: peopleIn(options.people), vault: vaultFor(options) };
      const done = await readLedger(ledgerOf(options), (db) => verifyChange(db, id, given));
      if (done === null) throw new CommandFailed(exitCodes.no, 'There is no such change in this ledger.');
      const holds = done.checks.every((one) => one.holds !== false);
      print(options.json, { ...done, holds }, () => render(done));
      if (!holds) exit(exitCodes.no);
    });
}

function render(change: ChangeCheck): string {
  const { change_id: id, status, server, tool, requester, seal, snapshot, decisions, checks } = change;
  return [
    `${id}: ${status}; ${tool} on ${server}, asked for by ${requester}`,
    `seal      ${seal ?? 'none that holds'}`,
    `snapshot  ${snapshot ?? 'none that holds'}`,
    ...(decisions.length === 0 ? ['Nobody decided on it.'] : decisions.flatMap((one) => decisionLines(one, change))),
    ...checks.map((one) => checkLine(one, change)),
  ]
    .map(visibleLine)
    .join('\n');
}

function decisionLines(decision: SignedDecision, { seal, change_id: id }: ChangeCheck): string[] {
  const { verb, issuer, subject, decided_at: at, expires_at: until, keys, holds, signed, automatic } = decision;
  const over = decision.seal === seal ? 'over this seal' : `over another seal, ${decision.seal}`;
  const others = signed?.changes.filter((one) => one.change_id !== id).map((one) => one.change_id) ?? [];
  const together = others.length === 0 ? 'alone' : `together with ${others.join(', ')}`;
  const who = automatic ? automaticWords(automatic) : `${subject} (${issuer})`;
  const as = signed?.as === undefined ? '' : `, as ${JSON.stringify(signed.as)}`;
  return [
    `${verb} by ${who}${as}, at ${at}, until ${until}, ${over}, ${together}`,
    `  key ${keys.join(', ') || 'none'}: ${signatureSays(holds, signed !== null || automatic !== null)}`,
    ...(signed?.category === undefined ? [] : [`  category: ${signed.category}`]),
    ...(signed === null || signed.reason === '' ? [] : [`  reason: ${signed.reason}`]),
  ];
}

function signatureSays(holds: boolean, known: boolean): string {
  if (holds) return 'the signature holds';
  return known ? 'THE SIGNATURE IS OVER SOMETHING ELSE' : 'NO GIVEN KEY SIGNED THIS';
}

const what: Readonly<Record<Check['check'], string>> = {
  seal: 'what is kept of the plan is what was sealed',
  snapshots: 'the states before and after are what was kept',
  contents: 'the kept contents are what their digests say',
  decisions: 'the signatures are good, on record, and enough for where the change stands',
  passkeys: 'every approval has the passkey that its rule asks for',
  record: 'its events are whole, and lead to where it stands',
  steps: 'its steps are those that its events tell of',
};

function checkLine({ check, holds, problems }: Check, { contents }: ChangeCheck): string {
  if (holds === false) return `DOES NOT HOLD  ${check}: ${problems.join(' ')}`;
  if (holds === null) return `not checked    ${check}: ${check === 'passkeys' ? noPeople : unread(contents)}`;
  const dropped = check === 'contents' && contents?.dropped ? `; ${contents.dropped} were dropped by retention` : '';
  return `holds          ${check}: ${what[check]}${dropped}`;
}

const noPeople = 'give the list of people with --people, to check what they signed';

function unread(contents: ChangeCheck['contents']): string {
  if (contents === null) return 'they were left out';
  return `${contents.locked} are encrypted with a key that was not given; ${contents.whole} others are whole`;
}
