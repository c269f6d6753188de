import { type Command, Option } from 'commander';
import { restoreAsked } from '../change.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
The restore is a change of its own, which is planned within a second and then waits for a decision like any other.

Examples:
  $ countersign changes restore chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "It broke the checkout."`;

type Options = { reason: string; choice: string; json?: boolean };

/** `countersign changes restore` */
export function restoreCommand(changes: Command): void {
  const choice = new Option('--choice <what>', 'what to do where somebody changed the same since')
    .choices(['refuse', 'untouched', 'overwrite'])
    .default('refuse', 'refuse; "untouched" restores only the rest');
  changes
    .command('restore')
    .summary('ask to put back what was there before a change')
    .description('Asks to put back what was there before a change that was applied.')
    .argument('<id>', 'the change to undo')
    .requiredOption('--reason <text>', 'why, for the record')
    .addOption(choice)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, { json, ...body }: Options, command: Command) => {
      const asked = await request(connectionOf(command), changePath(id, '/restore'), restoreAsked, body);
      const made = visibleLine(asked.change_id);
      print(json, asked, () => `${made} will do it. To decide: countersign changes approve ${made}`);
    });
}
