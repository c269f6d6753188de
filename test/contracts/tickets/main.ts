import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { AppError } from '#shared/errors.ts';
import { type LiveConfig, liveNames, readConfig } from './config.ts';
import { assertScratchOnly } from './live-place.ts';

/** The longest that one test may take: limits of backends end within the hour. */
const testMs = 70 * 60_000;

const usage = `Usage: npm run test:live -- ${liveNames.join('|')}

Tries the contract of tickets on a real account. The settings are variables: the credential as the ticket server has it
(COUNTERSIGN_TICKETS_…), and where to write, COUNTERSIGN_TEST_TICKETS_PROJECT and _LABELS at least; "Live tests" in
docs/tickets.md has all of them. One project is written to, whose name has "countersign scratch" in it. Nothing is deleted.

Exit status: 0 all held, 1 something did not, 2 nothing was tried.
`;

process.exitCode = await run(process.argv[2]);

/** Exit status: 0 all held, 1 something did not, 2 nothing was tried. */
async function run(name: string | undefined): Promise<number> {
  const isHelp = name === '--help' || name === '-h';
  if (isHelp || !liveNames.some((each) => each === name)) {
    (isHelp ? process.stdout : process.stderr).write(usage);
    return isHelp ? 0 : 2;
  }
  const env = { COUNTERSIGN_TEST_TICKETS: name ?? '' };
  const config = settings(env);
  if (config === undefined || !(await isScratch(config))) return 2;
  process.stdout.write(`Writes to ${config.project} on ${config.name}: tickets countersign-contract …\n`);
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const vitest = await startVitest('test', [], {
    ...{ root, config: false, include: ['test/contracts/tickets/on-backend.ts'], watch: false, env },
    ...{ reporters: ['verbose'], maxWorkers: 1, testTimeout: testMs, hookTimeout: testMs, teardownTimeout: 30_000 },
  });
  await vitest.close();
  const failed = vitest.state.getTestModules().some((file) => !file.ok());
  return failed || vitest.state.getUnhandledErrors().length > 0 ? 1 : 0;
}

/** Asked before there is a test, so that a wrong project or credential is one line and not a stack. */
async function isScratch(config: LiveConfig): Promise<boolean> {
  try {
    const backend = await config.open((problem) => process.stderr.write(`In the background: ${String(problem)}\n`));
    await assertScratchOnly(backend, config).finally(backend.close);
    return true;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

function settings(env: Readonly<Record<string, string>>): LiveConfig | undefined {
  try {
    return readConfig({ ...process.env, ...env });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}
