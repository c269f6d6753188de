import type { Command } from 'commander';
import { changeAsked } from '../change.ts';
import type { Connection } from '../config.ts';
import { decideAsked } from '../decide-asked.ts';
import type { ExitCode } from '../exit.ts';
import { request } from '../http.ts';
import type { SetExitCode } from '../program.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
What a review rule or a task grant let in waits in quarantine: of agents, only its own finds it. To accept it is a change
of its own, which is planned within a second, shown, and decided by those who may decide the change that wrote it. Where
nobody can be asked and --yes is not given, it waits for its decision like any other.

Examples:
  $ countersign changes list --quarantine
  $ countersign accept chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "Checked against the handbook."
  $ countersign accept chg_01kagv2xq6w0c5z8t4m1n7p3rd --reason "Checked against the handbook." --yes --json`;

type Options = { reason: string; yes?: true; json?: boolean };

/** `countersign accept` */
export function acceptCommand(countersign: Command, exit: SetExitCode): void {
  countersign
    .command('accept')
    .summary('let others find what waits in quarantine')
    .description(
      'Asks that others find what a change wrote without a person, shows that and, when you say yes, approves it.',
    )
    .argument('<id>', 'the change that waits in quarantine')
    .requiredOption('--reason <text>', 'why it can be relied on, for the record')
    .option('--yes', 'approve what is shown without being asked')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, options: Options, command: Command) => {
      exit(await accept(connectionOf(command), id, options));
    });
}

async function accept(connection: Connection, id: string, { reason, yes, json }: Options): Promise<ExitCode> {
  const { change_id: asked } = await request(connection, changePath(id, '/accept'), changeAsked, { reason });
  return decideAsked(connection, asked, { reason, yes, json, question: 'Let others find this?' });
}
