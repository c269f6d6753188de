import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { AppError } from '#shared/errors.ts';
import { type ContractConfig, readConfig } from './config.ts';
import { placeOf } from './place.ts';
import { assertScratch } from './scratch.ts';

/** The longest that one test may take: GitHub's limits end within the hour. */
const testMs = 70 * 60_000;

process.exitCode = await run();

/** Exit status: 0 all held, 1 something did not, 2 nothing was tried. */
async function run(): Promise<number> {
  const config = settings();
  if (config === undefined) return 2;
  try {
    const { reader, close } = placeOf(config).backend;
    assertScratch(await reader.repository(config.repository).finally(close));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  process.stdout.write(
    `Writes to ${config.repository} on ${config.endpoints.origin}, in branches countersign-contract/…\n`,
  );
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const include = ['test/contracts/github/on-github.ts'];
  const vitest = await startVitest('test', [], {
    ...{ root, config: false, include, watch: false, reporters: ['verbose'] },
    ...{ maxWorkers: 1, testTimeout: testMs, hookTimeout: testMs, teardownTimeout: 30_000 },
  });
  await vitest.close();
  const failed = vitest.state.getTestModules().some((file) => !file.ok());
  return failed || vitest.state.getUnhandledErrors().length > 0 ? 1 : 0;
}

function settings(): ContractConfig | undefined {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}
