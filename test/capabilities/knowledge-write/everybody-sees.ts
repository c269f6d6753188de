import type { FakeKnowledge } from '#test/fakes/knowledge/place.ts';

/** What is in a namespace to everybody, by its ids: where each page is, and what it says. */
export async function everybodySees(wiki: FakeKnowledge, key: string) {
  const namespace = wiki.namespaces.get(key);
  if (namespace === undefined) throw new Error(`no namespace ${key}`);
  const { items } = await wiki.reader().pastPages(namespace, null, { limit: 10_000 });
  return items.map(({ page, place, revision, body }) => ({
    id: page.id,
    under: place.above.map(({ id }) => id),
    title: revision.title,
    text: body.text,
  }));
}
