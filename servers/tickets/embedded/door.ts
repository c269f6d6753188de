import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import type { Tracker } from './tracker/tracker.ts';
import { writeOnce } from './write/once.ts';

/** The door that the executor is given. */
export function embeddedDoor(tracker: Tracker, self: number): WriterDoor<TicketWriter, TicketTarget> {
  const writer: TicketWriter = { write: async (wanted, mark) => writeOnce(tracker, self, wanted, mark) };
  return permitDoor({ assertWithin, writerFor: () => writer });
}
