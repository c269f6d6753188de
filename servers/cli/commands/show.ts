import { type Command, Option } from 'commander';
import { change } from '../change.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderChange } from '../render/change.ts';
import { renderSince } from '../render/since.ts';
import { renderSinceBase } from '../render/since-base.ts';
import { since } from '../since.ts';
import { sinceBase } from '../since-base.ts';
import { changePath, connectionOf } from './shared.ts';

const help = `
Characters that would not show, or that make a text read otherwise than it is, are spelt out as ⟨U+202E⟩.

Examples:
  $ countersign changes show chg_01kagv2xq6w0c5z8t4m1n7p3rd
  $ countersign changes show chg_01kagv2xq6w0c5z8t4m1n7p3rd --json | jq -r .seal
  $ countersign changes show chg_01kagv2xq6w0c5z8t4m1n7p3rd --since-version
  $ countersign changes show chg_01kagv2xq6w0c5z8t4m1n7p3rd --since-base`;

type Options = { readonly json?: boolean; readonly sinceVersion?: boolean; readonly sinceBase?: boolean };

/** `countersign changes show` */
export function showCommand(changes: Command): void {
  changes
    .command('show')
    .summary('show one change in full')
    .description('Shows one change in full: what it does, as a diff, and everything there is to know to decide on it.')
    .argument('<id>', 'the change')
    .option('--since-version', 'show only what changed since the version that it takes the place of')
    .addOption(
      new Option('--since-base', 'show all that its branch comes to with it, since it left its base').conflicts(
        'sinceVersion',
      ),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (id: string, { json, sinceVersion, sinceBase: whole }: Options, command: Command) => {
      const connection = connectionOf(command);
      if (sinceVersion === true) {
        const compared = await request(connection, changePath(id, '/since'), since);
        print(json, compared, () => renderSince(compared));
        return;
      }
      if (whole === true) {
        const sum = await request(connection, changePath(id, '/since-base'), sinceBase);
        print(json, sum, () => renderSinceBase(sum));
        return;
      }
      const answer = await request(connection, changePath(id), change);
      print(json, answer, () => renderChange(answer));
    });
}
