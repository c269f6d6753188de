import type { Command } from 'commander';
import * as z from 'zod';
import { request } from '../http.ts';
import { print } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { connectionOf } from './shared.ts';

const help = `
Decisions over several changes count for each. Waits are from when a change was put before people to what a person decided;
when somebody first saw it is not recorded.

Examples:
  $ countersign figures --since 7d
  $ countersign figures --since 2027-03-01T00:00:00Z --json | jq .waits`;

const count = z.number();
const byStatus = z.record(z.string(), count);
const figures = z.object({
  since: z.string(),
  until: z.string(),
  decisions: z.object({ approve: count, reject: count }),
  by: z.object({ person: count, policy: count, grant: count, review: count.default(0) }),
  people: z.array(z.object({ issuer: z.string(), subject: z.string(), approve: count, reject: count })),
  waits: z.object({ of: count, median_s: count.nullable(), p90_s: count.nullable(), under_5s: count }),
  outcomes: byStatus,
  restores: byStatus,
});
type Figures = z.infer<typeof figures>;

/** `countersign figures` */
export function figuresCommand(countersign: Command): void {
  countersign
    .command('figures')
    .summary('count what was decided, how fast, and what became of it')
    .description('Counts what was decided since a time, by whom and how fast, and what became of the changes.')
    .option('--since <time>', 'how long ago, as 12h or 30d, or a time such as 2027-03-01T08:00:00Z', '30d')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async ({ since, json }: { since: string; json?: boolean }, command: Command) => {
      const path = `/figures?${new URLSearchParams({ since })}`;
      const answer = await request(connectionOf(command), path, figures);
      print(json, answer, () => render(answer));
    });
}

function render({ since, until, decisions, by, people, waits, outcomes, restores }: Figures): string {
  const { approve, reject } = decisions;
  return [
    `From ${since} to ${until}`,
    `decisions  ${approve + reject}: ${approve} approved, ${reject} rejected`,
    `by         ${by.person} people, ${by.policy} policy rules, ${by.grant} task grants, ${by.review} reviews on GitHub`,
    ...people.map(
      (one) => `           ${one.subject} (${one.issuer}): ${one.approve} approved, ${one.reject} rejected`,
    ),
    `waits      ${waitsLine(waits)}`,
    `changes    ${counted(outcomes)}`,
    `restores   ${counted(restores)}`,
  ]
    .map(visibleLine)
    .join('\n');
}

function waitsLine({ of, median_s: median, p90_s: p90, under_5s: fast }: Figures['waits']): string {
  if (median === null || p90 === null) return 'nothing was decided';
  return `median ${median} s, nine of ten within ${p90} s, ${fast} of ${of} within 5 s after the change began to wait`;
}

function counted(counts: Figures['outcomes']): string {
  return (
    Object.entries(counts)
      .map(([status, of]) => `${of} ${status}`)
      .join(', ') || 'none'
  );
}
