import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { type ChosenConfig, readChosen } from '#shared/server/chosen-config.ts';
import { portSetting, serverSettings } from '#shared/server/settings.ts';
import { type BackendName, backendNames, backends } from './backend.ts';
import type { KnowledgeBackendParts } from './parts.ts';

/** The settings of the knowledge server. */
export type KnowledgeConfig = ChosenConfig<KnowledgeBackendParts>;

const schema = z.object({
  COUNTERSIGN_KNOWLEDGE_BACKEND: z.enum(backendNames, `must be one of ${backendNames.join(', ')}`).default('embedded'),
  COUNTERSIGN_KNOWLEDGE_PORT: portSetting(7103),
  ...serverSettings,
});

/**
 * Reads the settings once, those of the backend that is chosen with them.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): KnowledgeConfig {
  const choice = backends[backendIn(environment)];
  const config = readChosen({ choice, schema, portOf: (values) => values.COUNTERSIGN_KNOWLEDGE_PORT, environment });
  if (environment === process.env) for (const name of choice.secrets) delete process.env[name];
  return config;
}

/** A name that is none is told with every other problem. */
function backendIn(environment: Environment): BackendName {
  return (
    schema.shape.COUNTERSIGN_KNOWLEDGE_BACKEND.safeParse(environment['COUNTERSIGN_KNOWLEDGE_BACKEND']).data ??
    'embedded'
  );
}
