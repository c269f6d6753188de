import { type Command, Option } from 'commander';
import { type RejectionCategory, rejectionCategories } from '#shared/changes/rejection.ts';
import { change, decided } from '../change.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
With the category needs_changes you ask for a new version: the agent is told what you write, and to propose it anew. You
are then shown what changed since.

Examples:
  $ countersign changes reject chg_01kagv2xq6w0c5z8t4m1n7p3rd --category incorrect --reason "The price is net, not gross."
  $ countersign changes reject chg_01kagv2xq6w0c5z8t4m1n7p3rd --category needs_changes --reason "Without the new file."`;

type Options = { reason: string; category: RejectionCategory; seal?: string; json?: boolean };

/** `countersign changes reject` */
export function rejectCommand(changes: Command): void {
  changes
    .command('reject')
    .summary('reject a change')
    .description('Rejects a change, or asks for a new version of it. Its agent is told the reason.')
    .argument('<id>', 'the change')
    .requiredOption('--reason <text>', 'why; the agent reads it and may propose something better')
    .addOption(new Option('--category <word>', 'why, in a word').choices(rejectionCategories).default('other'))
    .option('--seal <hex>', 'reject only what has this seal')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, { reason, category, seal: given, json }: Options, command: Command) => {
      const connection = connectionOf(command);
      const seal = given ?? (await request(connection, changePath(id), change)).seal;
      if (seal === null) throw new CommandFailed(exitCodes.conflict, 'There is nothing to decide yet.');
      const body = { decision: 'reject', seal, category, reason };
      const made = await request(connection, changePath(id, '/decision'), decided, body);
      print(json, made, () => `${visibleLine(made.change_id)} is ${visibleLine(made.status)}.`);
    });
}
