import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { assertWithin } from '../within.ts';
import type { Writes } from './api.ts';
import type { Asking } from './asking.ts';
import { refused } from './errors.ts';
import { notionWriter } from './writer.ts';

/**
 * The door that the executor is given. Notion has no token for one page: what a writer writes to is held by the permit
 * alone, and a writer ends with its change.
 */
export function notionDoor(
  parts: Pick<Asking, 'reads' | 'namespaces'> & { readonly writes: Writes; readonly onWritten: () => void },
): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  const open = new Set<string>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId, target } = redeemed;
      open.add(changeId);
      const writer = notionWriter({ ...parts, target });
      return {
        write: async (wanted, mark) => {
          if (!open.has(changeId)) throw refused('the writer was closed');
          assertWithin(redeemed, wanted, mark);
          return writer.write(wanted).finally(parts.onWritten);
        },
      };
    },
    done: async (changeId) => {
      open.delete(changeId);
    },
  };
}
