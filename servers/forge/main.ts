import { AppError } from '#shared/errors.ts';
import { onParentGone } from '#shared/process/parent.ts';
import { readConfig } from './config.ts';
import { type RunningForge, startForge } from './start.ts';

/**
 * Runs forge until SIGTERM or SIGINT, or until the supervisor that started it is gone. Exit 2: the configuration cannot
 * be used.
 */
async function main(): Promise<void> {
  const forge = await startForge(readConfig());
  process.stderr.write('forge: a local stand-in for GitHub, for trying out, development and tests\n');
  process.stdout.write(`${JSON.stringify({ ready: 'forge', url: forge.url })}\n`);
  stopInOrder(forge);
  setImmediate(forge.warm);
}

function stopInOrder(forge: RunningForge): void {
  const stop = (): void => void forge.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  onParentGone(stop);
}

function fail(error: unknown): never {
  if (error instanceof AppError && error.code === 'bad_configuration') {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

await main().catch(fail);
