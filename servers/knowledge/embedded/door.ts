import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import type { Store } from './store/store.ts';
import { writeOnce } from './write/once.ts';

/** The door that the executor is given. */
export function embeddedDoor(store: Store): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  const writer: KnowledgeWriter = {
    write: async (wanted, mark, origin) => writeOnce(store, wanted, mark, origin),
  };
  return permitDoor({ assertWithin, writerFor: () => writer });
}
