import { resolve } from 'node:path';
import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import type { Person } from '#shared/people/people.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import { portSetting, type ServerConfig, serverConfig, serverSettings } from '#shared/server/settings.ts';
import { type BackendName, backendNames, backends } from './backend.ts';
import type { KnowledgeBackendParts } from './parts.ts';

/** The settings of the knowledge server. */
export type KnowledgeConfig = ServerConfig & {
  /** Under which of their accounts people are known on the backend. */
  readonly accounts: keyof Person['accounts'];
  /** Opens the backend that was chosen, with its own settings. */
  readonly open: (context: Pick<OpenContext, 'onProblem'>) => Promise<KnowledgeBackendParts>;
};

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
  const { accounts, secrets, read } = backends[backendIn(environment)];
  const { values, open } = read(schema, environment);
  if (environment === process.env) for (const name of secrets) delete process.env[name];
  const common = serverConfig(values, values.COUNTERSIGN_KNOWLEDGE_PORT);
  const place = { data: resolve(values.COUNTERSIGN_DATA), userAgent: `countersign/${common.version}` };
  return { ...common, accounts, open: (context) => open({ ...place, ...context }) };
}

/** A name that is none is told with every other problem. */
function backendIn(environment: Environment): BackendName {
  return (
    schema.shape.COUNTERSIGN_KNOWLEDGE_BACKEND.safeParse(environment['COUNTERSIGN_KNOWLEDGE_BACKEND']).data ??
    'embedded'
  );
}
