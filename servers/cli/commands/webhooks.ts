import type { Command } from 'commander';
import { readLedger } from '#shared/ledger/read-only.ts';
import { listReceivers, type ReceiverRow } from '#shared/ledger/receivers.ts';
import { exitCodes } from '../exit.ts';
import { print } from '../output.ts';
import { ledgerOf, type PlaceOptions, withPlace } from '../place.ts';
import type { SetExitCode } from '../program.ts';
import { visibleLine } from '../visible.ts';

const help = `
Reads the ledger itself; the suite may run or not. Every receiver that was ever configured is listed.

Exit codes: 0 all receivers take their messages, 1 one of them does not, 2 the ledger cannot be named.

Examples:
  $ countersign webhooks status --data ./data
  $ countersign webhooks status --json | jq '.receivers[] | select(.failing_since)'`;

/** `countersign webhooks status` */
export function webhooksCommand(countersign: Command, exit: SetExitCode): void {
  const webhooks = countersign
    .command('webhooks')
    .summary('see who takes the messages about changes')
    .description('Tells about the receivers of messages about changes.');
  withPlace(webhooks.command('status'))
    .summary('say which receivers take their messages')
    .description('Says of each receiver of messages about changes whether it takes them.')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const rows = await readLedger(ledgerOf(options), listReceivers);
      print(options.json, { receivers: rows.map(view) }, () => render(rows));
      if (rows.some(({ failing_since: since }) => since !== null)) exit(exitCodes.no);
    });
}

function view({ name, delivered_at, failing_since, problem, attempts, retry_at: retry, dropped }: ReceiverRow) {
  return {
    name,
    delivered_at,
    failing_since,
    problem,
    attempts,
    next_attempt_at: retry === null ? null : new Date(retry).toISOString(),
    given_up: dropped,
  };
}

function render(rows: readonly ReceiverRow[]): string {
  if (rows.length === 0) return 'No receiver is configured, or the suite was not started with one yet.';
  return rows.map((row) => visibleLine(line(view(row)))).join('\n');
}

function line({
  name,
  delivered_at: at,
  failing_since: since,
  given_up: dropped,
  ...now
}: ReturnType<typeof view>): string {
  const lost = dropped === 0 ? '' : ` ${dropped} messages were given up.`;
  const last = at === null ? 'nothing was delivered yet' : `the last was delivered at ${at}`;
  if (since === null) return `${name}: ${last}.${lost}`;
  const { problem, attempts, next_attempt_at: next } = now;
  return `${name}: takes nothing since ${since}: ${problem ?? ''} (${attempts} attempts, the next at ${next ?? ''}); ${last}.${lost}`;
}
