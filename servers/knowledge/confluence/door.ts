import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { assertWithin } from '../within.ts';
import { notDone } from './errors.ts';
import { confluenceWriter } from './writer.ts';

type DoorOptions = { readonly reads: Reads; readonly send: Send; readonly site: string };

/**
 * The door that the executor is given. Confluence has no tokens for one space or page: what a writer writes to is held by
 * the permit alone, and a writer ends with its change.
 */
export function confluenceDoor(options: DoorOptions): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  const open = new Map<string, AbortController>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId, target } = redeemed;
      const ending = open.get(changeId) ?? new AbortController();
      open.set(changeId, ending);
      const { write } = confluenceWriter({ ...options, target });
      return {
        write: async (wanted, mark) => {
          if (ending.signal.aborted) throw notDone('refused', new Error('the writer was closed'));
          assertWithin(redeemed, wanted, mark);
          return write(wanted, mark);
        },
      };
    },
    done: async (changeId) => {
      open.get(changeId)?.abort();
      open.delete(changeId);
    },
  };
}
