import type { Environment } from '#shared/config/environment.ts';
import { type KnowledgeConfig, readConfig } from '../config.ts';
import { type EmbeddedOptions, embeddedOptions } from '../embedded/settings.ts';

/** The settings of the operator's programs: those of the server. */
export type OperateConfig = KnowledgeConfig & {
  /** Where the embedded store is; null where pages are elsewhere. */
  readonly embedded: EmbeddedOptions | null;
  /** Where programs are looked for. */
  readonly path: string;
};

/** Reads them. Throws AppError `bad_configuration` that lists every problem. */
export function readOperateConfig(environment: Environment = process.env): OperateConfig {
  const config = readConfig(environment);
  const { COUNTERSIGN_KNOWLEDGE_BACKEND: backend, COUNTERSIGN_DATA: data = '' } = environment;
  const isEmbedded = backend === undefined || backend === 'embedded';
  const path = environment['PATH'] ?? '';
  return { ...config, path, embedded: isEmbedded ? embeddedOptions({ COUNTERSIGN_DATA: data }) : null };
}
