import type { KnowledgeTarget } from '#capabilities/knowledge/types.ts';
import type { KnowledgeWriter } from '#capabilities/knowledge-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import { permitDoor } from '#shared/server/permit-door.ts';
import { assertWithin } from '../within.ts';
import type { Writes } from './api.ts';
import type { Asking } from './asking.ts';
import { notionWriter } from './writer.ts';

type DoorOptions = Pick<Asking, 'reads' | 'namespaces'> & {
  readonly writes: Writes;
  readonly onWritten: () => void;
};

/** The door that the executor is given. Notion has no token for one page. */
export function notionDoor({ onWritten, ...parts }: DoorOptions): WriterDoor<KnowledgeWriter, KnowledgeTarget> {
  return permitDoor({
    assertWithin,
    writerFor: (target): KnowledgeWriter => {
      const { write } = notionWriter({ ...parts, target });
      return { write: (wanted) => write(wanted).finally(onWritten) };
    },
  });
}
