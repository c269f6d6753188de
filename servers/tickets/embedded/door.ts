import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite, TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { NotDone } from '#shared/tools/index.ts';
import type { Tracker } from './tracker/tracker.ts';
import { writeOnce } from './write/once.ts';

/** The door that the executor is given. A writer writes for its permit's change, to its permit's target, until it is done. */
export function embeddedDoor(tracker: Tracker, self: number): WriterDoor<TicketWriter, TicketTarget> {
  const open = new Map<string, number>();
  return {
    open: async (permit) => {
      const { changeId, target } = redeemPermit(permit);
      open.set(changeId, (open.get(changeId) ?? 0) + 1);
      return {
        write: async (wanted, mark) => {
          const fits = open.has(changeId) && mark.changeId === changeId && isWithin(target, wanted);
          if (!fits) throw new NotDone('refused', 'The write is not the one that its permit is for.');
          return writeOnce(tracker, self, wanted, mark);
        },
      };
    },
    done: async (changeId) => {
      open.delete(changeId);
    },
  };
}

function isWithin({ projectId, ticketId }: TicketTarget, wanted: TicketWrite): boolean {
  if (wanted.kind === 'create') return ticketId === null && wanted.project.id === projectId;
  const tickets =
    wanted.kind === 'link' || wanted.kind === 'unlink' ? [wanted.outward, wanted.inward] : [wanted.ticket];
  return tickets.some(({ id, project }) => id === ticketId && project.id === projectId);
}
