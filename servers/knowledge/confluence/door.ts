import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import { confluenceWriter } from './writer.ts';

type DoorOptions = { readonly reads: Reads; readonly send: Send; readonly site: string };

/** The door that the executor is given. Confluence has no tokens for one space or page. */
export function confluenceDoor(options: DoorOptions): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  return permitDoor({ assertWithin, writerFor: (target) => confluenceWriter({ ...options, target }) });
}
