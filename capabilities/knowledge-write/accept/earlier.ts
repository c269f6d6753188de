import type { Provenance, Revision } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { PageAt } from '../tool.ts';
import type { Earlier } from './plan.ts';

/** How many lists of revisions are looked through, and how long each is. */
const most = { lists: 10, each: 100 };

/**
 * What the agent of a revision that waits had written before, on which that goes on: it is accepted with it. Newest first.
 * Throws AppError `conflict` where it is too much to tell.
 */
export async function earlierOf(
  { ref, published }: PageAt,
  waiting: Revision,
  reader: KnowledgeReader,
): Promise<readonly Earlier[]> {
  const found: Earlier[] = [];
  let isUnder = false;
  let cursor: string | undefined;
  for (let left = most.lists; left > 0; left -= 1) {
    const list = await reader.history(ref, { limit: most.each, cursor });
    for (const { id, provenance } of list.items) {
      if (id === published?.revision) return found;
      if (isUnder) found.push(...earlierIn(provenance, waiting.provenance));
      isUnder ||= id === waiting.id;
    }
    if (list.cursor === null) return found;
    cursor = list.cursor;
  }
  throw new AppError('conflict', 'More was written before on the page that waits than can be told.', {
    next: 'Have the page written anew, as one change that a person decides.',
  });
}

function earlierIn(
  { agent, source, trust, quarantined }: Provenance,
  { agent: writer }: Provenance,
): readonly Earlier[] {
  return quarantined && agent === writer && source !== null ? [{ change: source, trust }] : [];
}

/** Relied on no further than the least of all that is accepted together. */
export function leastTrust({ trust }: Provenance, earlier: readonly Earlier[] = []): Provenance['trust'] {
  return earlier.some((one) => one.trust === 'untrusted') ? 'untrusted' : trust;
}
