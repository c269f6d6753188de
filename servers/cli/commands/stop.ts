import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { connectionOf } from './shared.ts';

const help = `
What is stopped starts no write from the next moment on: what is approved waits, what is under way stops before its next
step, and nothing new can be proposed. A stopped agent cannot read either. A person's own restore goes on, unless
everything, its server or its tool is stopped.

Examples:
  $ countersign stop --agent deps-bot --reason "It reads a poisoned ticket."
  $ countersign stop --all --reason "Incident 7."
  $ countersign stop list
  $ countersign stop end 3 --reason "Found and mended."`;

const stops = z.looseObject({
  stops: z.array(
    z.looseObject({
      id: z.number(),
      scope: z.string(),
      value: z.string().nullable(),
      reason: z.string(),
      at: z.string(),
    }),
  ),
});
const made = z.looseObject({ id: z.number() });

type Options = { all?: true; server?: string; agent?: string; tool?: string; reason?: string; json?: boolean };

/** `countersign stop`, `stop list` and `stop end` */
export function stopCommand(countersign: Command): void {
  const stop = countersign
    .command('stop')
    .summary('stop writes: all, of one server, agent or tool')
    .description('Stops writes at once.')
    .option('--all', 'everything')
    .option('--server <name>', 'one server, such as github')
    .option('--agent <name>', 'one agent, by the name in its blueprint')
    .option('--tool <name>', 'one tool, such as propose_pull_request')
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: Options, command: Command) => {
      const body = { ...scopeOf(options), reason: reasonOf(options) };
      const { id } = await request(connectionOf(command), '/stops', made, body);
      print(
        options.json,
        { id },
        () => `Stopped, as number ${id}. It ends with: countersign stop end ${id} --reason …`,
      );
    });
  listStops(stop);
  endStop(stop);
}

function listStops(stop: Command): void {
  stop
    .command('list')
    .summary('list what is stopped')
    .description('Lists the stops in force.')
    .action(async (_options: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const answer = await request(connectionOf(command), '/stops', stops);
      print(json, answer, () => answer.stops.map(line).join('\n') || 'Nothing is stopped.');
    });
}

function endStop(stop: Command): void {
  stop
    .command('end')
    .summary('end a stop')
    .description('Ends a stop. What waited goes on, if it has not expired.')
    .argument('<number>', 'the number of the stop', number)
    .action(async (id: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await request(connectionOf(command), `/stops/${id}/end`, made, { reason: reasonOf(options) });
      print(options.json, { id: Number(id) }, () => `Stop ${id} has ended.`);
    });
}

function scopeOf({ all, server, agent, tool }: Options): { scope: string; value?: string } {
  const named = Object.entries({ server, agent, tool }).filter((entry): entry is [string, string] => !!entry[1]);
  const [only] = named;
  if (all && only === undefined) return { scope: 'all' };
  if (!all && only !== undefined && named.length === 1) return { scope: only[0], value: only[1] };
  throw new CommandFailed(exitCodes.usage, 'Say what to stop: one of --all, --server, --agent and --tool.');
}

function reasonOf({ reason }: Options): string {
  if (reason?.trim()) return reason;
  throw new CommandFailed(exitCodes.usage, 'Say why, with --reason.');
}

function number(text: string): string {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('It must be the number of a stop.');
  return text;
}

function line(stop: z.output<typeof stops>['stops'][number]): string {
  const what = stop.value === null ? 'everything' : `${stop.scope} ${visibleLine(stop.value)}`;
  return `${stop.id}  ${what}  since ${visibleLine(stop.at)}  ${visibleLine(stop.reason)}`;
}
