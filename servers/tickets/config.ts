import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { type ChosenConfig, readChosen } from '#shared/server/chosen-config.ts';
import { portSetting, serverSettings } from '#shared/server/settings.ts';
import { type BackendName, backendNames, backends } from './backend.ts';
import type { TicketBackendParts } from './parts.ts';

/** The settings of the ticket server. */
export type TicketsConfig = ChosenConfig<TicketBackendParts>;

const schema = z.object({
  COUNTERSIGN_TICKETS_BACKEND: z.enum(backendNames, `must be one of ${backendNames.join(', ')}`).default('embedded'),
  COUNTERSIGN_TICKETS_PORT: portSetting(7102),
  ...serverSettings,
});

/**
 * Reads the settings once, those of the backend that is chosen with them.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): TicketsConfig {
  const choice = backends[backendIn(environment)];
  const config = readChosen({ choice, schema, portOf: (values) => values.COUNTERSIGN_TICKETS_PORT, environment });
  if (environment === process.env) for (const name of choice.secrets) delete process.env[name];
  return config;
}

/** A name that is none is told with every other problem. */
function backendIn(environment: Environment): BackendName {
  return (
    schema.shape.COUNTERSIGN_TICKETS_BACKEND.safeParse(environment['COUNTERSIGN_TICKETS_BACKEND']).data ?? 'embedded'
  );
}
