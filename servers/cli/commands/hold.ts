import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { connectionOf } from './shared.ts';

const help = `
What is held keeps the contents that its changes need, for a case that is looked into, whatever the retention says.

Examples:
  $ countersign hold add --agent deps-bot --reason "Case 12."
  $ countersign hold list
  $ countersign hold end 3 --reason "The case is closed."`;

const holds = z.looseObject({
  holds: z.array(
    z.looseObject({ id: z.number(), scope: z.string(), value: z.string(), reason: z.string(), at: z.string() }),
  ),
});
const made = z.looseObject({ id: z.number() });

type Options = { change?: string; agent?: string; reason?: string; json?: boolean };

/** `countersign hold add`, `hold end` and `hold list` */
export function holdCommand(countersign: Command): void {
  const hold = countersign
    .command('hold')
    .summary('keep the contents of changes, whatever the retention is')
    .description('Keeps the contents of changes, whatever the retention is.')
    .addHelpText('after', help);
  addHold(hold);
  listHolds(hold);
  endHold(hold);
}

function addHold(hold: Command): void {
  hold
    .command('add')
    .summary('hold a change, or all changes of an agent')
    .description('Holds a change, or all changes of an agent, those to come included.')
    .option('--change <id>', 'one change')
    .option('--agent <name>', 'an agent, by the name in its blueprint')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--json', 'print JSON')
    .action(async ({ json, reason, ...what }: Options, command: Command) => {
      const { id } = await request(connectionOf(command), '/holds', made, { ...scopeOf(what), reason });
      print(json, { id }, () => `Held, as number ${id}. It ends with: countersign hold end ${id} --reason …`);
    });
}

function listHolds(hold: Command): void {
  hold
    .command('list')
    .summary('list what is held')
    .description('Lists the holds in force.')
    .option('--json', 'print JSON')
    .action(async ({ json }: Options, command: Command) => {
      const answer = await request(connectionOf(command), '/holds', holds);
      print(json, answer, () => answer.holds.map(line).join('\n') || 'Nothing is held.');
    });
}

function endHold(hold: Command): void {
  hold
    .command('end')
    .summary('end a hold')
    .description('Ends a hold. What the retention is over for is dropped within a day.')
    .argument('<number>', 'the number of the hold', number)
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--json', 'print JSON')
    .action(async (id: string, { json, reason }: Options, command: Command) => {
      await request(connectionOf(command), `/holds/${id}/end`, made, { reason });
      print(json, { id: Number(id) }, () => `Hold ${id} has ended.`);
    });
}

function scopeOf({ change, agent }: Options): { scope: string; value: string } {
  if (change && !agent) return { scope: 'change', value: change };
  if (agent && !change) return { scope: 'agent', value: agent };
  throw new CommandFailed(exitCodes.usage, 'Say what to hold: one of --change and --agent.');
}

function number(text: string): string {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('It must be the number of a hold.');
  return text;
}

function line(hold: z.output<typeof holds>['holds'][number]): string {
  return `${hold.id}  ${hold.scope} ${visibleLine(hold.value)}  since ${visibleLine(hold.at)}  ${visibleLine(hold.reason)}`;
}
