import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { NotDone } from '#shared/tools/index.ts';
import { assertWithin } from '../within.ts';
import type { Tracker } from './tracker/tracker.ts';
import { writeOnce } from './write/once.ts';

/** The door that the executor is given. A writer writes for its permit's change, to its permit's target, until it is done. */
export function embeddedDoor(tracker: Tracker, self: number): WriterDoor<TicketWriter, TicketTarget> {
  const open = new Map<string, number>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId } = redeemed;
      open.set(changeId, (open.get(changeId) ?? 0) + 1);
      return {
        write: async (wanted, mark) => {
          if (!open.has(changeId)) throw new NotDone('refused', 'The writer was closed with its change.');
          assertWithin(redeemed, wanted, mark);
          return writeOnce(tracker, self, wanted, mark);
        },
      };
    },
    done: async (changeId) => {
      open.delete(changeId);
    },
  };
}
