import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import { jiraWriter } from './writer.ts';

type DoorOptions = { readonly reads: Reads; readonly send: Send; readonly site: string };

/** The door that the executor is given. Jira has no tokens for one project or issue. */
export function jiraDoor(options: DoorOptions): WriterDoor<TicketWriter, TicketTarget> {
  return permitDoor({ assertWithin, writerFor: (target) => jiraWriter({ ...options, target }) });
}
