import { type Command, Option } from 'commander';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { renderIncident, renderRecord } from '../render/set.ts';
import { agentRecord, incident } from '../set.ts';
import { timeOf } from '../time.ts';
import { connectionOf } from './shared.ts';

const help = `
The agent is stopped first, as by "countersign stop --agent": no write of it starts any more, it can neither propose nor
read, and what it has pending stays so: whoever approves it, nothing of it is written before the stop ends. --withdraw
takes that back instead. --prepare asks for the set that puts back what it wrote, newest first, which is decided as one;
there are several where different people decide. --look does nothing of this: it only tells.

Examples:
  $ countersign incident deps-bot --since 2h --look
  $ countersign incident deps-bot --since 2h
  $ countersign incident deps-bot --since 2027-03-01T08:00:00Z --prepare --withdraw --reason "Poisoned ticket WEB-7."`;

type Options = {
  since: string;
  reason: string;
  choice: string;
  prepare?: true;
  withdraw?: true;
  look?: true;
  json?: boolean;
};

/** `countersign incident` */
export function incidentCommand(countersign: Command): void {
  countersign
    .command('incident')
    .summary('stop an agent, see what it did, and prepare to put it back')
    .description('Stops an agent, tells what it did since a time, and prepares to put it back.')
    .argument('<agent>', 'the agent, by the name in its blueprint')
    .requiredOption('--since <time>', 'from when on: a time such as 2027-03-01T08:00:00Z, or 30m, 2h, 3d ago', timeOf)
    .option('--reason <text>', 'why, for the record', 'Incident.')
    .option('--prepare', 'prepare the set that puts back what it wrote')
    .option('--withdraw', 'take back what it has pending or approved')
    .option('--look', 'only tell what it did; the agent goes on')
    .addOption(
      new Option('--choice <what>', 'what to do where somebody changed the same since')
        .choices(['refuse', 'untouched', 'overwrite'])
        .default('untouched'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (agent: string, options: Options, command: Command) => {
      const { json, look, prepare = false, withdraw = false, ...rest } = options;
      if (look) {
        if (prepare || withdraw)
          throw new CommandFailed(exitCodes.usage, '--look goes with no --prepare and no --withdraw.');
        const query = new URLSearchParams({ agent, since: rest.since });
        const found = await request(connectionOf(command), `/incidents?${query}`, agentRecord);
        print(json, found, () => renderRecord(found));
        return;
      }
      const body = { agent, ...rest, prepare, withdraw };
      const answer = await request(connectionOf(command), '/incidents', incident, body);
      print(json, answer, () => renderIncident(answer));
    });
}
