import type { Command } from 'commander';
import type { Connection } from '../config.ts';
import { confirm, isInteractive } from '../confirm.ts';
import { CommandFailed, type ExitCode, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import type { SetExitCode } from '../program.ts';
import { renderSet } from '../render/set.ts';
import { set, setDecided } from '../set.ts';
import { visibleLine } from '../visible.ts';
import { connectionOf } from './shared.ts';

const help = `
A set is made by "countersign incident --prepare", or by "changes restore" with several changes. One decision counts for
all of its restores; each is carried out by itself, and one that fails stops no other.

Examples:
  $ countersign sets show set_01kagv2xq6w0c5z8t4m1n7p3rd
  $ countersign sets approve set_01kagv2xq6w0c5z8t4m1n7p3rd --seal 5d41…e2`;

type Options = { seal?: string; reason?: string; json?: boolean };

/** `countersign sets show`, `sets approve` and `sets reject` */
export function setsCommand(countersign: Command, exit: SetExitCode): void {
  const sets = countersign
    .command('sets')
    .summary('look at sets of restores and decide them')
    .description('Looks at sets of restores and decides them, each as one.')
    .addHelpText('after', help);
  sets
    .command('show')
    .description('Shows a set: what it puts back, what it leaves out and why, and what became of it.')
    .argument('<id>', 'the set')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: Options, command: Command) => {
      const answer = await request(connectionOf(command), pathOf(id), set);
      print(json, answer, () => renderSet(answer));
    });
  sets
    .command('approve')
    .description('Shows a set and, when you say yes, approves all of it.')
    .argument('<id>', 'the set')
    .option('--seal <hex>', 'the seal of what you approve, to approve without being asked')
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'print JSON; wants --seal')
    .action(async (id: string, options: Options, command: Command) => {
      exit(await approve(connectionOf(command), id, options));
    });
  sets
    .command('reject')
    .description('Rejects all of a set.')
    .argument('<id>', 'the set')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--seal <hex>', 'reject only what has this seal')
    .option('--json', 'print JSON')
    .action(async (id: string, { seal: given, reason = '', json }: Options, command: Command) => {
      const connection = connectionOf(command);
      const seal = given ?? (await request(connection, pathOf(id), set)).seal;
      if (seal === null) throw new CommandFailed(exitCodes.conflict, 'There is nothing to decide yet.');
      const made = await request(connection, pathOf(id, '/decision'), setDecided, { decision: 'reject', seal, reason });
      print(json, made, () => `${visibleLine(made.set_id)} is rejected.`);
    });
}

async function approve(connection: Connection, id: string, options: Options): Promise<ExitCode> {
  const seal = options.seal ?? (await sealThatIsApproved(connection, id, options.json));
  if (seal === null) {
    console.log('Not approved; the set waits as before.');
    return exitCodes.no;
  }
  const body = { decision: 'approve', seal, reason: options.reason ?? '' };
  const made = await request(connection, pathOf(id, '/decision'), setDecided, body);
  const waits = made.changes.some(({ status }) => status !== 'approved');
  const what = waits ? 'has your approval, and waits for another' : 'is approved';
  print(options.json, made, () => `${visibleLine(made.set_id)} ${what}: ${made.changes.length} restores.`);
  return exitCodes.ok;
}

/** The seal of what was shown, if the person said yes to it; null if not. */
async function sealThatIsApproved(connection: Connection, id: string, json?: boolean): Promise<string | null> {
  if (!isInteractive() || json === true) {
    const next = `Look at it with "countersign sets show ${visibleLine(id)}", then pass the seal that it shows.`;
    throw new CommandFailed(exitCodes.usage, 'Nobody can be asked here: pass --seal to say what you approve.', next);
  }
  const shown = await request(connection, pathOf(id), set);
  console.log(`${renderSet(shown)}\n`);
  if (shown.seal === null || shown.status !== 'pending_approval') {
    const message = `The set is ${visibleLine(shown.status)}, not waiting for a decision.`;
    throw new CommandFailed(exitCodes.conflict, message);
  }
  return (await confirm('Approve all of this set?')) ? shown.seal : null;
}

function pathOf(id: string, rest = ''): string {
  return `/sets/${encodeURIComponent(id)}${rest}`;
}
