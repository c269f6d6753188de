import { type Command, InvalidArgumentError, Option } from 'commander';
import { statuses } from '#shared/changes/transitions.ts';
import { changeList } from '../change.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderList } from '../render/list.ts';
import { timeOf } from '../time.ts';
import { connectionOf } from './shared.ts';

const help = `
"pending" is short for "pending_approval". What is searched: summary, tool, agent, target, paths, arguments and the
change's id, whatever the case and the accents. All words must be there; the last may be the beginning of one.

Examples:
  $ countersign changes list --status pending
  $ countersign changes list --search "bump lodash" --agent deps-bot --since 30d
  $ countersign changes list --tool merge_pull_request --status failed,partial,unknown
  $ countersign changes list --status pending --json | jq -r '.changes[].change_id'`;

type Options = {
  search?: string;
  agent?: string;
  server?: string;
  tool?: string;
  requester?: string;
  status?: string;
  quarantine?: true;
  since?: string;
  until?: string;
  limit?: string;
  before?: string;
  json?: boolean;
};

const states: readonly string[] = [...statuses, 'pending_approval'];

/** `countersign changes list` */
export function listCommand(changes: Command): void {
  changes
    .command('list')
    .summary('list changes, newest first')
    .description('Lists changes, newest first.')
    .option('--search <text>', 'only those that have all of these words', words)
    .option('--agent <name>', 'only those of this agent')
    .option('--server <name>', 'only those of this server')
    .option('--tool <name>', 'only those of this tool')
    .addOption(
      new Option('--requester <kind>', 'only those that agents, or people, asked for').choices(['agent', 'person']),
    )
    .option(
      '--status <states>',
      `only those in this state, or in one of several with commas: ${states.join(', ')}`,
      stateList,
    )
    .option('--quarantine', 'only those that no person decided and that wait for one to accept them')
    .option('--since <time>', 'only those from a time on: such as 2027-03-01T08:00:00Z, or 30m, 2h, 3d ago', timeOf)
    .option('--until <time>', 'only those before a time', timeOf)
    .option('--limit <count>', 'how many at most, up to 200 (default: 50)', count)
    .option('--before <id>', 'go on after this change, from the end of a list that was longer')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async ({ json, ...wanted }: Options, command: Command) => {
      const { search, quarantine, ...rest } = wanted;
      const query = new URLSearchParams({
        ...(search !== undefined && { q: search }),
        ...(quarantine && { quarantine: 'waits' }),
        ...rest,
      });
      const answer = await request(connectionOf(command), `/changes?${query}`, changeList);
      print(json, answer, () => renderList(answer));
    });
}

function count(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 200) throw new InvalidArgumentError('It must be 1 to 200.');
  return text;
}

function words(text: string): string {
  if (text.trim() === '' || text.length > 200) throw new InvalidArgumentError('It must be 1 to 200 characters.');
  return text;
}

function stateList(text: string): string {
  const other = text.split(',').find((one) => !states.includes(one));
  if (other !== undefined) throw new InvalidArgumentError(`Allowed are ${states.join(', ')}.`);
  return text;
}
