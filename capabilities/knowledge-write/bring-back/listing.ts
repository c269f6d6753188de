import type { NamespaceRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader, PastListed } from '#capabilities/knowledge-read/ports.ts';
import { refOf } from '../tool.ts';
import { assertFewListed } from './limits.ts';
import type { Listed, Listing } from './tree.ts';

/** Every page that everybody saw in a namespace at a moment, or sees now for null, without their texts. */
export async function listPages(reader: KnowledgeReader, namespace: NamespaceRef, at: string | null): Promise<Listing> {
  const found = new Map<string, Listed>();
  let cursor: string | undefined;
  do {
    const list = await reader.pastPages(namespace, at, { limit: 100, cursor });
    for (const each of list.items) found.set(each.page.id, listed(each));
    assertFewListed(found.size);
    cursor = list.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

function listed({ page: { id }, revision, digest, place: { above } }: PastListed): Listed {
  return { id, title: revision.title, revision: revision.id, digest, above };
}

/** What is under pages that go to the trash, and waits in quarantine: nobody else sees it, and it goes with them. */
export async function waitingUnder(
  reader: KnowledgeReader,
  pages: readonly KnowledgePage[],
  known: Listing,
): Promise<readonly KnowledgePage[]> {
  const waiting: KnowledgePage[] = [];
  const parents = [...pages];
  for (let parent = parents.shift(); parent !== undefined; parent = parents.shift()) {
    for (const id of await idsUnder(reader, parent)) {
      if (known.has(id)) continue;
      const page = await reader.page(id);
      if (page === null) continue;
      waiting.push(page);
      parents.push(page);
    }
  }
  return waiting;
}

/** The pages right under a page, by their ids. */
export async function idsUnder(
  reader: KnowledgeReader,
  page: Pick<KnowledgePage, 'id' | 'title' | 'url' | 'namespace'>,
): Promise<string[]> {
  const { id, namespace } = refOf(page);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const list = await reader.children(namespace, id, { limit: 100, cursor });
    ids.push(...list.items.map((child) => child.id));
    cursor = list.cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
