import type { Person, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { assertWithin } from '../within.ts';
import { notDone } from './errors.ts';
import type { Transport } from './transport.ts';
import { linearWriter } from './writer.ts';

/**
 * The door that the executor is given. Linear has no credential for one issue: a writer is narrowed to the permit's target
 * by this code, and writes nothing once its change is done.
 */
export function linearDoor({
  transport,
  self,
}: {
  readonly transport: Transport;
  readonly self: () => Promise<Person>;
}): WriterDoor<TicketWriter, TicketTarget> {
  const open = new Set<string>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId, target } = redeemed;
      open.add(changeId);
      const writer = linearWriter({ transport, self, target });
      return {
        write: async (wanted, mark) => {
          if (!open.has(changeId)) throw notDone('refused', new Error('the writer was closed'));
          assertWithin(redeemed, wanted, mark);
          return writer.write(wanted, mark);
        },
      };
    },
    done: async (changeId) => {
      open.delete(changeId);
    },
  };
}
