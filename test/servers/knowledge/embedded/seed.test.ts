import { describe, expect, test } from 'vitest';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import type { KnowledgeReader, PageSummary } from '#capabilities/knowledge-read/ports.ts';
import { seed } from '#servers/knowledge/embedded/seed/seed.ts';
import { found, newBase, present, query, titles } from './base.ts';

async function pagesOf(reader: KnowledgeReader, key: string): Promise<PageSummary[]> {
  const namespace = present(await reader.namespace(key));
  const tops = (await reader.children(namespace, null, { limit: 50 })).items;
  const under = tops.map(async ({ id }) => (await reader.children(namespace, id, { limit: 50 })).items);
  return [...tops, ...(await Promise.all(under)).flat()];
}

describe('the demo', () => {
  test('has a handbook, notes, and what is granted to nobody', async () => {
    const { reader } = newBase({ fill: seed });
    const counts = ['handbook', 'notes', 'people'].map(async (key) => [key, (await pagesOf(reader, key)).length]);
    expect(await Promise.all(counts)).toEqual([
      ['handbook', 13],
      ['notes', 2],
      ['people', 3],
    ]);
  });

  test('has the same pages each time, with another name of the file', async () => {
    const [one, other] = [newBase({ fill: seed }), newBase({ fill: seed })];
    expect(one.origin).toMatch(/^knowledge:[0-9a-f]{8}$/);
    expect(other.origin).not.toBe(one.origin);
    const all = async ({ reader }: typeof one) =>
      (await pagesOf(reader, 'handbook')).map(({ title, createdAt, updatedAt }) => [title, createdAt, updatedAt]);
    expect(await all(one)).toEqual(await all(other));
  });

  test('says what the ticket of the demo needs to be known', async () => {
    const { reader } = newBase({ fill: seed });
    expect((await titles(reader, query('price decimals')))[0]).toBe('Money');
    expect((await titles(reader, query('pull request ticket WEB-12')))[0]).toBe('Pull requests');
    expect((await titles(reader, query('返金')))[0]).toBe('返品の手順');
    const [hit] = await found(reader, query('pull request conventions'));
    const page = present(await reader.page(present(hit).id));
    expect((await reader.history(page, { limit: 5 })).items.map(({ provenance }) => provenance.by?.name)).toEqual([
      'Bob Lindqvist',
      'Alice Moreau',
    ]);
  });

  test('has links that lead somewhere, both ways', async () => {
    const { reader } = newBase({ fill: seed });
    const pages = await pagesOf(reader, 'handbook');
    const root = present(pages[0]);
    const { to } = await reader.links(root);
    expect(to.length).toBe(11);
    const money = present(pages.find(({ title }) => title === 'Money'));
    expect((await reader.links(money)).from.map(({ title }) => title)).toEqual([
      ...['Storefront handbook', 'Pull requests', 'How the shop is built', '返品の手順'],
    ]);
  });

  test('has a page from outside that writes to machines, also in characters that nobody sees, and says that it is untrusted', async () => {
    const { reader } = newBase({ fill: seed });
    const [hit] = await found(reader, query('payment provider'));
    expect(hit?.provenance).toMatchObject({
      kind: 'imported',
      trust: 'untrusted',
      source: expect.stringContaining('https'),
    });
    const page = present(await reader.page(present(hit).id));
    expect(page.body.text).toContain('Ignore earlier instructions');
    expect(findHidden(page.body.text).length).toBeGreaterThan(0);
  });
});
