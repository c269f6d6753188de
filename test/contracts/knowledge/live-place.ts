import { editedDocument } from '#capabilities/knowledge/document.ts';
import { present } from '#test/contracts/common.ts';
import { livePace, openChecked } from '#test/contracts/live-place.ts';
import { lossyDoor } from '#test/contracts/lossy.ts';
import { assertScratch } from '#test/contracts/scratch.ts';
import { updateOf, writeOnce } from './bench.ts';
import type { LiveConfig } from './config.ts';
import type { KnowledgePlace } from './place.ts';

/** A real account. Throws before anything is written where a namespace is no scratch one. */
export async function livePlace(config: LiveConfig, say: (line: string) => void): Promise<KnowledgePlace> {
  const { name: _name, open, ...where } = config;
  const backend = await openChecked(open, (opened) => assertScratchOnly(opened, where), say);
  const leaves = (run: string): void => {
    say(`Nothing here can delete pages for good. Those of this run have ${run} in their titles: delete them by hand.`);
  };
  const { door, others } = lossyDoor(backend.door);
  // Nobody else is there: what another person would do, the same account does at another time.
  const edit: KnowledgePlace['others']['edit'] = async ({ id }, { title, text }) => {
    const now = present(await backend.reader.page(id));
    const body = text === undefined ? undefined : editedDocument(now.body, text);
    const to = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
    return writeOnce(backend, updateOf(now, to));
  };
  return {
    ...where,
    backend: { ...backend, door },
    others: { ...others, edit },
    ...livePace,
    leaves,
  };
}

/** Throws unless all that would be written to are scratch namespaces that can be seen. */
export async function assertScratchOnly(
  { reader }: Pick<KnowledgePlace['backend'], 'reader'>,
  { namespace, elsewhere }: Pick<LiveConfig, 'namespace' | 'elsewhere'>,
): Promise<void> {
  for (const key of [namespace, elsewhere].filter((each) => each !== null)) {
    assertScratch(await reader.namespace(key), key);
  }
}
