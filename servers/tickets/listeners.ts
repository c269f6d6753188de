import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { Listening } from '#shared/http/listen.ts';
import { openFaces } from '#shared/server/faces.ts';
import type { Governance } from '#shared/server/governance.ts';
import type { ServerConfig } from '#shared/server/settings.ts';
import type { Started } from '#shared/server/start.ts';
import type { Log } from '#shared/telemetry/log.ts';
import { instructionsFor } from './instructions.ts';
import type { TicketBackendParts } from './parts.ts';

/** The largest call that is taken: a description of 1 MB, escaped as JSON at its worst, and room around it. */
const maxBodyBytes = 8 * 1024 * 1024;

/** Opens the MCP listeners. Throws as {@link openFaces}. */
export function openListeners(
  options: Pick<Governance, 'blueprints' | 'blueprint'> &
    Pick<Started<TicketReader, TicketWriter, TicketAsk, TicketTarget>, 'context' | 'calls'> & {
      readonly backend: Pick<TicketBackendParts, 'reader'>;
      readonly config: Pick<ServerConfig, 'port' | 'reviewUrl' | 'version'>;
      readonly log: Log;
    },
): Promise<readonly Listening[]> {
  const { name } = options.backend.reader.backend;
  return openFaces({ ...options, maxBodyBytes, instructions: () => instructionsFor(name) });
}
