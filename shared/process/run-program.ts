import { AppError } from '#shared/errors.ts';

/**
 * Runs a program of a server to its end as this process. An AppError is said on standard error: exit 2 when the
 * configuration cannot be used, 1 otherwise.
 */
export async function runProgram(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    process.stderr.write(`${error.message}${error.next === undefined ? '' : `\n${error.next}`}\n`);
    process.exitCode = error.code === 'bad_configuration' ? 2 : 1;
  }
}
