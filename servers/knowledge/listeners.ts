import type { KnowledgeAsk, KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { Listening } from '#shared/http/listen.ts';
import { openFaces } from '#shared/server/faces.ts';
import type { Governance } from '#shared/server/governance.ts';
import type { ServerConfig } from '#shared/server/settings.ts';
import type { Started } from '#shared/server/start.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { instructionsFor } from './instructions.ts';
import type { KnowledgeBackendParts } from './parts.ts';

/** The largest call that is taken: a page of 1 MB, escaped as JSON at its worst, and room around it. */
const maxBodyBytes = 8 * 1024 * 1024;

/** Opens the MCP listeners. Throws as {@link openFaces}. */
export function openListeners(
  options: Pick<Governance, 'blueprints' | 'blueprint'> &
    Pick<Started<KnowledgeReader, KnowledgeWriter, KnowledgeAsk, KnowledgeTarget>, 'context' | 'calls'> & {
      readonly backend: Pick<KnowledgeBackendParts, 'reader'>;
      readonly config: Pick<ServerConfig, 'port' | 'reviewUrl' | 'version'>;
      readonly log: Log;
    },
): Promise<readonly Listening[]> {
  const { backend } = options.backend.reader;
  return openFaces({ ...options, maxBodyBytes, instructions: () => instructionsFor(backend) });
}
