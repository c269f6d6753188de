import type { Command } from 'commander';
import { assigned, change } from '../change.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
It is a note to the others who may decide it, shown in the inbox and on record. It lets nobody decide who could not, and
keeps nobody from deciding who could.

Examples:
  $ countersign changes assign chg_01kagv2xq6w0c5z8t4m1n7p3rd carol
  $ countersign changes assign chg_01kagv2xq6w0c5z8t4m1n7p3rd --me`;

type Options = { me?: true; nobody?: true; json?: boolean };

/** `countersign changes assign` */
export function assignCommand(changes: Command): void {
  changes
    .command('assign')
    .summary('say who looks at a change')
    .description('Says who of those who may decide a change looks at it.')
    .argument('<id>', 'the change')
    .argument('[person]', 'somebody who could approve it, by their key in the list of people')
    .option('--me', 'whoever is signed in')
    .option('--nobody', 'nobody in particular: gives it back')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, person: string | undefined, options: Options, command: Command) => {
      const to = wanted(person, options);
      const connection = connectionOf(command);
      const { attention } = await request(connection, changePath(id), change);
      const seen = attention?.assigned?.id ?? null;
      const made = await request(connection, changePath(id, '/assignment'), assigned, { to, seen });
      const who = made.attention?.assigned?.who?.name ?? null;
      print(options.json, made, () => {
        const what = who === null ? 'is nobody’s in particular' : `is looked at by ${visibleLine(who)}`;
        return `${visibleLine(made.change_id)} ${what}.`;
      });
    });
}

function wanted(person: string | undefined, { me, nobody }: Options): 'me' | 'nobody' | { person: string } {
  const said = [person === undefined ? [] : [{ person }], me ? ['me' as const] : [], nobody ? ['nobody' as const] : []];
  const [only, ...more] = said.flat();
  if (only !== undefined && more.length === 0) return only;
  throw new CommandFailed(exitCodes.usage, 'Say who: one of a person, --me and --nobody.');
}
