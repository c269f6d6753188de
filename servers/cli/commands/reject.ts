import type { Command } from 'commander';
import { change, decided } from '../change.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
Examples:
  $ countersign changes reject chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "The price is net, not gross."`;

type Options = { reason: string; seal?: string; json?: boolean };

/** `countersign changes reject` */
export function rejectCommand(changes: Command): void {
  changes
    .command('reject')
    .summary('reject a change')
    .description('Rejects a change. Its agent is told the reason.')
    .argument('<id>', 'the change')
    .requiredOption('--reason <text>', 'why; the agent reads it and may propose something better')
    .option('--seal <hex>', 'reject only what has this seal')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, { reason, seal: given, json }: Options, command: Command) => {
      const connection = connectionOf(command);
      const seal = given ?? (await request(connection, changePath(id), change)).seal;
      if (seal === null) throw new CommandFailed(exitCodes.conflict, 'There is nothing to decide yet.');
      const body = { decision: 'reject', seal, reason };
      const made = await request(connection, changePath(id, '/decision'), decided, body);
      print(json, made, () => `${visibleLine(made.change_id)} is ${visibleLine(made.status)}.`);
    });
}
