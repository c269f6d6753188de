import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { ChosenBackend } from '#shared/server/backend-choice.ts';
import type { Log } from '#shared/telemetry/log.ts';

/** What a backend of pages is to the server: each folder here opens one. It examines namespaces, by their keys. */
export type KnowledgeBackendParts = ChosenBackend<KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget> & {
  /** Begins what goes on beside calls, until it is closed: for the server alone, and not for who only looks. */
  readonly start?: (log: Log) => void;
};
