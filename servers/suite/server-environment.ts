import { existsSync } from 'node:fs';
import { AppError } from '#shared/errors.ts';
import { childrenOf } from './children.ts';
import type { SuiteEnvironment } from './config.ts';
import { readSettings, type SuiteFlags } from './settings.ts';

/**
 * The environment that a server of a suite is started with. Throws AppError `bad_configuration` when there was never such a
 * suite, or its configuration cannot be used.
 */
export function serverEnvironment(
  name: string,
  flags: SuiteFlags,
  environment: SuiteEnvironment,
): Readonly<Record<string, string>> {
  // Nothing is started, so that nobody has to accept what starting it needs.
  const settings = readSettings({ ...flags, singleUser: true });
  if (!existsSync(settings.data)) {
    const next = 'Name the one of the suite with --data or --config, or start it once.';
    throw new AppError('bad_configuration', `There is no data directory ${settings.data}.`, { next });
  }
  const found = childrenOf(settings, environment).find((child) => child.name === name);
  if (found === undefined) throw new AppError('internal', `There is no server ${name}.`);
  return found.environment;
}
