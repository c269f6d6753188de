import { type Command, InvalidArgumentError } from 'commander';
import { change, decided } from '../change.ts';
import type { Connection } from '../config.ts';
import { confirm, isInteractive } from '../confirm.ts';
import { CommandFailed, type ExitCode, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { renderChange } from '../render/change.ts';
import { visibleLine } from '../visible.ts';
import { waitForEnd } from '../wait.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
Without --seal, the change is shown and you are asked. With --seal, you approve what has that seal: give the one of what
you looked at. If the change has another, nothing is approved (exit 4).

A change can come after others that are not decided yet. They are approved with it, in one decision: look at each of them
with "countersign changes show", and name each with --with and its seal, in order.

Examples:
  $ countersign changes approve chg_01kagv2xq6w0c5z8t4m1n7p3rd
  $ countersign changes approve chg_01kagv2xq6w0c5z8t4m1n7p3rd --seal 5d41…e2 --wait --json`;

type Options = {
  seal?: string;
  with?: readonly Approved[];
  reason?: string;
  wait?: boolean;
  timeout: number;
  json?: boolean;
};

/** `countersign changes approve` */
export function approveCommand(changes: Command, exit: SetExitCode): void {
  changes
    .command('approve')
    .summary('look at a change and approve it')
    .description('Shows a change and, when you say yes, approves it. It is then carried out at once.')
    .argument('<id>', 'the change')
    .option('--seal <hex>', 'the seal of what you approve, to approve without being asked')
    .option('--with <id=seal>', 'a change that comes before it and is approved with it; can be given again', others)
    .option('--reason <text>', 'why, for the record')
    .option('--wait', 'wait until the change has reached an end; exit 1 if it was not applied')
    .option('--timeout <seconds>', 'how long to wait at most', seconds, 300)
    .option('--json', 'print JSON; wants --seal')
    .addHelpText('after', help)
    .action(async (id: string, options: Options, command: Command) => {
      exit(await approve(connectionOf(command), id, options));
    });
}

async function approve(connection: Connection, id: string, options: Options): Promise<ExitCode> {
  const given = options.seal === undefined ? null : { seal: options.seal, ...(options.with && { with: options.with }) };
  const approved = given ?? (await whatIsApproved(connection, id, options.json));
  if (approved === null) {
    console.log('Not approved; the change waits as before.');
    return exitCodes.no;
  }
  const body = { decision: 'approve', ...approved, reason: options.reason ?? '' };
  const made = await request(connection, changePath(id, '/decision'), decided, body);
  if (options.wait !== true) {
    print(options.json, made, () => `${visibleLine(made.change_id)} is ${visibleLine(made.status)}.`);
    return exitCodes.ok;
  }
  const end = await waitForEnd(connection, id, options.timeout * 1000);
  const note = end.note === null ? '' : `: ${visibleLine(end.note)}`;
  print(options.json, end, () => `${visibleLine(end.change_id)} is ${visibleLine(end.status)}${note}.`);
  return end.status === 'applied' ? exitCodes.ok : exitCodes.no;
}

type Approved = { readonly change_id: string; readonly seal: string };

/** The seals of what was shown, if the person said yes to it; null if not. */
async function whatIsApproved(
  connection: Connection,
  id: string,
  json?: boolean,
): Promise<{ readonly seal: string; readonly with?: readonly Approved[] } | null> {
  if (!isInteractive() || json === true) {
    const next = `Look at it with "countersign changes show ${visibleLine(id)}", then pass the seal that it shows.`;
    throw new CommandFailed(exitCodes.usage, 'Nobody can be asked here: pass --seal to say what you approve.', next);
  }
  const shown = await request(connection, changePath(id), change);
  console.log(`${renderChange(shown)}\n`);
  const { seal: shownSeal, status } = shown;
  if (shownSeal === null || status !== 'pending_approval') {
    const message = `The change is ${visibleLine(status)}, not waiting for a decision.`;
    throw new CommandFailed(exitCodes.conflict, message);
  }
  const first: Approved[] = [];
  for (const { change_id, status: stands } of shown.chain.earlier) {
    if (stands !== 'pending_approval') continue;
    const before = await request(connection, changePath(change_id), change);
    console.log(`${renderChange(before)}\n`);
    first.push({ change_id, seal: before.seal ?? '' });
  }
  const question =
    first.length === 0 ? 'Approve this change?' : `Approve this change and the ${first.length} before it?`;
  if (!(await confirm(question))) return null;
  return { seal: shownSeal, ...(first.length > 0 && { with: first }) };
}

function others(text: string, before: readonly Approved[] = []): readonly Approved[] {
  const [id = '', seal = ''] = text.split('=');
  if (!/^chg_[0-9a-z]+$/.test(id) || seal === '') throw new InvalidArgumentError('It must be ID=SEAL.');
  return [...before, { change_id: id, seal }];
}

function seconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}
