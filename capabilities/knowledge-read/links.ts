import * as z from 'zod';
import { fitting } from '#capabilities/common/fit.ts';
import { telling } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { type Allowed, coversPage } from './find-page.ts';
import type { KnowledgePage, KnowledgeReader, PageLink } from './ports.ts';
import { toldOfPage } from './told.ts';

/** Room for the links of each direction, in bytes of JSON. */
const linkBytes = 1_000;

export const linkView = z.strictObject({ page: z.string(), title: z.string(), namespace: z.string() });
type LinkView = z.infer<typeof linkView>;

/** The pages that a page leads to, and those that lead to it, of those that are covered; nothing is said of others. */
export async function linksOf(
  reader: KnowledgeReader,
  page: KnowledgePage,
  allowed: Allowed,
  show: (text: string) => string,
): Promise<{ readonly links?: LinkView[]; readonly linked_from?: LinkView[]; readonly more_links?: true }> {
  const { to, from } = await reader.links(page);
  const [there, back] = [to, from].map((found) => {
    return found.filter((each) => coversPage(allowed, each)).map((each) => viewOf(each, show));
  }) as [LinkView[], LinkView[]];
  const [links, linkedFrom] = [fitting(there, linkBytes), fitting(back, linkBytes)];
  return {
    ...(links.length > 0 && { links: [...links] }),
    ...(linkedFrom.length > 0 && { linked_from: [...linkedFrom] }),
    ...((links.length < there.length || linkedFrom.length < back.length) && { more_links: true as const }),
  };
}

function viewOf(other: PageLink, show: (text: string) => string): LinkView {
  const shown = { page: other.id, title: shorten(show(other.title), 120), namespace: other.namespace.key };
  return telling(shown, toldOfPage(other, { revision: null, trust: other.trust ?? 'trusted' }));
}
