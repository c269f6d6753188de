import type { Command } from 'commander';
import { changeAsked } from '../change.ts';
import { decideAsked } from '../decide-asked.ts';
import { request } from '../http.ts';
import type { SetExitCode } from '../program.ts';
import { timeOf } from '../time.ts';
import { connectionOf } from './shared.ts';

const help = `
It is a change of its own, which is planned within a second, shown page by page, and decided by those who decide what agents
write anywhere in the namespace: all of it is done, or nothing. It can be put back like any other. Where nobody can be asked
and --yes is not given, it waits for its decision. This asks the console of a suite that runs.

Examples:
  $ countersign knowledge restore handbook --at 2h --reason "An agent rewrote half of it."
  $ countersign knowledge restore handbook --at 2027-03-01T08:00:00Z --reason "Before the poisoned import." --yes --json`;

type Options = { at: string; reason: string; yes?: true; json?: boolean };

/** `countersign knowledge restore` */
export function knowledgeRestoreCommand(knowledge: Command, exit: SetExitCode): void {
  knowledge
    .command('restore')
    .summary('bring a namespace back to a moment')
    .description('Asks that the pages of a namespace be what everybody saw at a moment, and shows what that changes.')
    .argument('<namespace>', 'its key')
    .requiredOption('--at <time>', 'a time such as 2027-03-01T08:00:00Z, or 30m, 2h, 3d ago', timeOf)
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--yes', 'approve what is shown without being asked')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (namespace: string, { at, reason, yes, json }: Options, command: Command) => {
      const connection = connectionOf(command);
      const { change_id: asked } = await request(connection, '/requests', changeAsked, {
        tool: 'bring_back_namespace',
        arguments: { namespace, at, reason },
      });
      exit(await decideAsked(connection, asked, { reason, yes, json, question: 'Bring the namespace back so?' }));
    });
}
