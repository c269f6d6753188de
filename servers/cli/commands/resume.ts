import type { Command } from 'commander';
import { resumeAsked } from '../change.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
For a change that is "partial", when what stood in the way of the rest is gone. It goes on under the approval that it has,
with all checks repeated, and stays partial when that has ended; "changes show" says which steps are left, and why it
stopped. To undo what was done instead: countersign changes restore.

Examples:
  $ countersign changes resume chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "The branch rule was mended."`;

/** `countersign changes resume` */
export function resumeCommand(changes: Command): void {
  changes
    .command('resume')
    .summary('carry out what is left of a partial change')
    .description('Asks to carry out the steps that are left of a partial change.')
    .argument('<id>', 'the change')
    .requiredOption('--reason <text>', 'why it can go on, for the record')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, { reason, json }: { reason: string; json?: boolean }, command: Command) => {
      const asked = await request(connectionOf(command), changePath(id, '/resume'), resumeAsked, { reason });
      const made = visibleLine(asked.change_id);
      print(json, asked, () => `${made} is taken up again. To see how it goes: countersign changes show ${made}`);
    });
}
