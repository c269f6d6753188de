import type { Person, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import type { Transport } from './transport.ts';
import { linearWriter } from './writer.ts';

type DoorOptions = { readonly transport: Transport; readonly self: () => Promise<Person> };

/** The door that the executor is given. Linear has no credential for one issue. */
export function linearDoor(options: DoorOptions): WriterDoor<TicketWriter, TicketTarget> {
  return permitDoor({ assertWithin, writerFor: (target) => linearWriter({ ...options, target }) });
}
