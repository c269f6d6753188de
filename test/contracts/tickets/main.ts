import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { AppError } from '#shared/errors.ts';
import { type LiveConfig, readConfig } from './config.ts';

/** The longest that one test may take: limits of backends end within the hour. */
const testMs = 70 * 60_000;

process.exitCode = await run(process.argv[2]);

/** Exit status: 0 all held, 1 something did not, 2 nothing was tried. */
async function run(name: string | undefined): Promise<number> {
  const env = { COUNTERSIGN_TEST_TICKETS: name ?? '' };
  const config = settings(env);
  if (config === undefined) return 2;
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

function settings(env: Readonly<Record<string, string>>): LiveConfig | undefined {
  try {
    return readConfig({ ...process.env, ...env });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}
