import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { liveKnowledge } from './knowledge/live.ts';
import type { Live } from './live.ts';
import { liveTickets } from './tickets/live.ts';

/** The longest that one test may take: limits of backends end within the hour. */
const testMs = 70 * 60_000;

const all: readonly Live[] = [liveTickets, liveKnowledge];

const usage = `Usage: npm run test:live -- ${all.flatMap(({ names }) => names).join('|')}

Tries the contract of tickets, or of pages, on a real account. The settings are variables: the credential as the server has
it (COUNTERSIGN_TICKETS_…, COUNTERSIGN_KNOWLEDGE_…), and where to write: COUNTERSIGN_TEST_TICKETS_PROJECT and _LABELS, or
COUNTERSIGN_TEST_KNOWLEDGE_NAMESPACE, at least; "Live tests" in docs/tickets.md and docs/knowledge.md has all of them. One
project or namespace is written to, whose name has "countersign scratch" in it. Nothing is deleted.

Exit status: 0 all held, 1 something did not, 2 nothing was tried.
`;

process.exitCode = await run(process.argv[2]);

/** Exit status: 0 all held, 1 something did not, 2 nothing was tried. */
async function run(name = ''): Promise<number> {
  const isHelp = name === '--help' || name === '-h';
  const live = all.find(({ names }) => names.includes(name));
  if (live === undefined) {
    (isHelp ? process.stdout : process.stderr).write(usage);
    return isHelp ? 0 : 2;
  }
  const env = { [live.variable]: name };
  if (!(await isReady(live, env))) return 2;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const vitest = await startVitest('test', [], {
    ...{ root, config: false, include: [live.file], watch: false, env },
    ...{ reporters: ['verbose'], maxWorkers: 1, testTimeout: testMs, hookTimeout: testMs, teardownTimeout: 30_000 },
  });
  await vitest.close();
  const failed = vitest.state.getTestModules().some((file) => !file.ok());
  return failed || vitest.state.getUnhandledErrors().length > 0 ? 1 : 0;
}

async function isReady(live: Live, env: Readonly<Record<string, string>>): Promise<boolean> {
  const complain = (line: string) => process.stderr.write(`${line}\n`);
  try {
    process.stdout.write(`${await live.prepare({ ...process.env, ...env }, complain)}\n`);
    return true;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return false;
  }
}
