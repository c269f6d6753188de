import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { NotDone } from '#shared/tools/index.ts';
import { assertWithin } from '../within.ts';
import type { Store } from './store/store.ts';
import { writeOnce } from './write/once.ts';

/** The door that the executor is given. A writer writes for its permit's change, to its permit's target, until it is done. */
export function embeddedDoor(store: Store): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  const open = new Map<string, number>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId } = redeemed;
      open.set(changeId, (open.get(changeId) ?? 0) + 1);
      return {
        write: async (wanted, mark, origin) => {
          if (!open.has(changeId)) throw new NotDone('refused', 'The writer was closed with its change.');
          assertWithin(redeemed, wanted, mark);
          return writeOnce(store, wanted, mark, origin);
        },
      };
    },
    done: async (changeId) => {
      open.delete(changeId);
    },
  };
}
