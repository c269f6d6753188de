import { type Command, InvalidArgumentError, Option } from 'commander';
import { statuses } from '#shared/changes/transitions.ts';
import { changeList } from '../change.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderList } from '../render/list.ts';
import { connectionOf } from './shared.ts';

const help = `
"pending" is short for "pending_approval".

Examples:
  $ countersign changes list --status pending
  $ countersign changes list --status pending --json | jq -r '.changes[].change_id'`;

type Options = { status?: string; limit?: string; before?: string; json?: boolean };

/** `countersign changes list` */
export function listCommand(changes: Command): void {
  changes
    .command('list')
    .summary('list changes, newest first')
    .description('Lists changes, newest first.')
    .addOption(new Option('--status <state>', 'only those in this state').choices([...statuses, 'pending_approval']))
    .option('--limit <count>', 'how many at most, up to 200 (default: 50)', count)
    .option('--before <id>', 'go on after this change, from the end of a list that was longer')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async ({ json, ...wanted }: Options, command: Command) => {
      const query = new URLSearchParams(wanted);
      const answer = await request(connectionOf(command), `/changes?${query}`, changeList);
      print(json, answer, () => renderList(answer));
    });
}

function count(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 200) throw new InvalidArgumentError('It must be 1 to 200.');
  return text;
}
