import { resolve } from 'node:path';
import type * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import type { Person } from '#shared/people/people.ts';
import type { Choosable, OpenContext } from './backend-choice.ts';
import { type ServerConfig, type ServerSettings, serverConfig } from './settings.ts';

/** The settings of a server whose backend is chosen by them. */
export type ChosenConfig<Parts> = ServerConfig & {
  /** Under which of their accounts people are known on the backend. */
  readonly accounts: keyof Person['accounts'];
  /** Opens the backend that was chosen, with its own settings. */
  readonly open: (context: Pick<OpenContext, 'onProblem'>) => Promise<Parts>;
};

/**
 * Reads the settings of a server, those of the backend that is chosen with them.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readChosen<Parts, Values extends ServerSettings>({
  choice,
  schema,
  portOf,
  environment,
}: {
  readonly choice: Choosable<Parts>;
  readonly schema: z.ZodType<Values>;
  readonly portOf: (values: Values) => number;
  readonly environment: Environment;
}): ChosenConfig<Parts> {
  const { values, open } = choice.read(schema, environment);
  const common = serverConfig(values, portOf(values));
  const place = { data: resolve(values.COUNTERSIGN_DATA), userAgent: `countersign/${common.version}` };
  return { ...common, accounts: choice.accounts, open: (context) => open({ ...place, ...context }) };
}
