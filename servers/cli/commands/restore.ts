import { type Command, Option } from 'commander';
import { changeAsked } from '../change.ts';
import type { Connection } from '../config.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderDifference } from '../render/difference.ts';
import { setAsked } from '../set.ts';
import { visibleLine } from '../visible.ts';
import { waitForPlan } from '../wait.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
The restore is a change of its own, which is planned within a second and then waits for a decision like any other.
Several changes make a set: a restore for each target, decided as one. --dry-run writes nothing and asks for nothing: it
shows what was before, what the change left and what is there now, part by part, and what each choice would do.

Examples:
  $ countersign changes restore chg_01kagv2xq6w0c5z8t4m1n7p3rd --dry-run
  $ countersign changes restore chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "It broke the checkout."`;

type Options = { reason?: string; choice: string; dryRun?: true; json?: boolean };

/** `countersign changes restore` */
export function restoreCommand(changes: Command): void {
  const choice = new Option('--choice <what>', 'what to do where somebody changed the same since')
    .choices(['refuse', 'untouched', 'overwrite'])
    .default('refuse', 'refuse; "untouched" restores only the rest');
  changes
    .command('restore')
    .summary('ask to put back what was there before a change')
    .description('Asks to put back what was there before changes that were applied.')
    .argument('<id...>', 'the change to undo, or several')
    .option('--reason <text>', 'why, for the record; needed unless --dry-run is given')
    .option('--dry-run', 'only show what was there, what was left and what is there now')
    .addOption(choice)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (ids: string[], options: Options, command: Command) => {
      await (options.dryRun ? dryRun : restore)(() => connectionOf(command), ids, options);
    });
}

async function dryRun(connect: () => Connection, [id = '', ...more]: string[], { json }: Options): Promise<void> {
  if (more.length > 0) throw new CommandFailed(exitCodes.usage, 'Try one change out at a time.');
  const connection = connect();
  const asked = await request(connection, changePath(id, '/restore'), changeAsked, { dry_run: true });
  const found = await waitForPlan(connection, asked.change_id);
  const { difference, note } = found;
  if (difference === null) throw new CommandFailed(exitCodes.no, visibleLine(note ?? 'Nothing could be compared.'));
  print(json, { change_id: id, ...difference }, () => renderDifference(difference));
}

async function restore(connect: () => Connection, ids: string[], options: Options): Promise<void> {
  const { reason, choice, json } = options;
  if (!reason?.trim()) throw new CommandFailed(exitCodes.usage, 'Say why, with --reason.');
  const connection = connect();
  const [id = '', ...more] = ids;
  if (more.length === 0) {
    const asked = await request(connection, changePath(id, '/restore'), changeAsked, { reason, choice });
    const made = visibleLine(asked.change_id);
    print(json, asked, () => `${made} will do it. To decide: countersign changes approve ${made}`);
    return;
  }
  const asked = await request(connection, '/sets', setAsked, { changes: ids, reason, choice });
  const made = visibleLine(asked.set_id);
  print(json, asked, () => `${made} will do it. To decide: countersign sets approve ${made}`);
}
