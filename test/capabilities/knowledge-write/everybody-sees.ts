import type { Wiki } from './drive.ts';

/** A page as everybody sees it: where it is, by the ids above it, and what it says. */
export type SeenPage = {
  readonly id: string;
  readonly under: readonly string[];
  readonly title: string;
  readonly text: string;
};

/** What is in a namespace to everybody, by its ids. */
export async function everybodySees(wiki: Wiki, key: string): Promise<readonly SeenPage[]> {
  const reader = wiki.reader();
  const namespace = await reader.namespace(key);
  if (namespace === null) throw new Error(`no namespace ${key}`);
  const { items } = await reader.pastPages(namespace, null, { limit: 100 });
  const texts = await Promise.all(items.map(async ({ body }) => (await body()).text));
  return items.map(({ page, place, revision }, at) => ({
    id: page.id,
    under: place.above.map(({ id }) => id),
    title: revision.title,
    text: texts[at] ?? '',
  }));
}
