import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { grantIdPattern } from '#shared/changes/ids.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { connectionOf } from './shared.ts';

const help = `
A task grant is what a person allowed when they approved a change: further changes of the same agent to what that change
left, within bounds, until a time. To take one back stops what is approved under it and not begun; what is done stays.

Examples:
  $ countersign grants list
  $ countersign grants list --all --json
  $ countersign grants revoke grt_01kagv2xq6w0c5z8t4m1n7p3rd --reason "The task is done."`;

const spent = z.looseObject({ used: z.number(), of: z.number() });
const grant = z.looseObject({
  id: z.string(),
  change_id: z.string(),
  status: z.string(),
  agent: z.string(),
  giver: z.looseObject({ name: z.string() }),
  changes: spent,
  bytes: spent,
  expires_at: z.string(),
  tools: z.array(z.string()).nullable(),
  paths: z.array(z.string()).nullable(),
  flags: z.array(z.string()).nullable(),
  end: z.looseObject({ why: z.string(), note: z.string(), at: z.string() }).nullable(),
  uses: z.array(z.looseObject({ change_id: z.string(), number: z.number(), bytes: z.number() })),
});
const list = z.looseObject({ grants: z.array(grant) });
type Grant = z.output<typeof grant>;

/** `countersign grants list`, `grants show` and `grants revoke` */
export function grantsCommand(countersign: Command): void {
  const grants = countersign
    .command('grants')
    .summary('what people allowed in advance')
    .description('Lists task grants, and takes them back.')
    .addHelpText('after', help);
  listGrants(grants);
  showGrant(grants);
  revokeGrant(grants);
}

function listGrants(grants: Command): void {
  grants
    .command('list')
    .summary('list task grants')
    .description('Lists the task grants that last.')
    .option('--all', 'those that are over, too')
    .option('--json', 'print JSON')
    .action(async (options: { all?: true; json?: boolean }, command: Command) => {
      const answer = await request(connectionOf(command), `/grants?all=${options.all ? 1 : 0}`, list);
      print(options.json, answer, () => answer.grants.map(line).join('\n') || 'Nothing is allowed in advance.');
    });
}

function showGrant(grants: Command): void {
  grants
    .command('show')
    .summary('show one')
    .description('Shows a task grant: its bounds, what is left of it, and what came under it.')
    .argument('<id>', 'the id of the grant, grt_…', id)
    .option('--json', 'print JSON')
    .action(async (which: string, options: { json?: boolean }, command: Command) => {
      const found = await request(connectionOf(command), `/grants/${which}`, grant);
      print(options.json, found, () => whole(found));
    });
}

function revokeGrant(grants: Command): void {
  grants
    .command('revoke')
    .summary('take one back')
    .description('Takes a task grant back. Nothing begins under it from then on.')
    .argument('<id>', 'the id of the grant, grt_…', id)
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'print JSON')
    .action(async (which: string, options: { reason?: string; json?: boolean }, command: Command) => {
      const reason = options.reason?.trim();
      if (!reason) throw new CommandFailed(exitCodes.usage, 'Say why, with --reason.');
      const done = await request(connectionOf(command), `/grants/${which}/revoke`, z.looseObject({ id: z.string() }), {
        reason,
      });
      print(options.json, done, () => `The grant ${which} is taken back.`);
    });
}

function id(text: string): string {
  if (!grantIdPattern.test(text)) throw new InvalidArgumentError('It must be the id of a task grant, grt_….');
  return text;
}

function line({ id: which, status, agent, giver, changes, expires_at: end }: Grant): string {
  const who = `${visibleLine(giver.name)} to ${visibleLine(agent)}`;
  return `${which}  ${status}  ${who}  ${changes.used} of ${changes.of} changes  until ${visibleLine(end)}`;
}

function whole(found: Grant): string {
  const { bytes, tools, paths, flags, end, uses, change_id: origin } = found;
  const listed = (names: readonly string[] | null): string => names?.map(visibleLine).join(', ') || 'none';
  return [
    line(found),
    `given with ${origin}`,
    `bytes: ${bytes.used} of ${bytes.of}`,
    tools === null ? 'Its signature is not by a known key.' : `tools: ${listed(tools)}`,
    `files: ${listed(paths)}`,
    `flags: ${listed(flags)}`,
    ...(end ? [`ended: ${visibleLine(end.at)} ${visibleLine(end.why)}: ${visibleLine(end.note)}`] : []),
    ...uses.map((use) => `${use.number}. ${use.change_id}, ${use.bytes} bytes`),
  ].join('\n');
}
