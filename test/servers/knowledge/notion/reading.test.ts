import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KnowledgeQuery } from '#capabilities/knowledge-read/ports.ts';
import { failure } from '#test/fakes/notion/call.ts';
import { kept, type NotionPlace, openPlace, pageIn } from './place.ts';

let place: NotionPlace;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
  expect(place.fake.violations).toEqual([]);
});

const within = (...keys: string[]): KnowledgeQuery['within'] => keys.map((namespace) => ({ namespace, under: null }));
const search = (text: string, where = within('handbook'), limit = 25) =>
  place.reader.search({ within: where, text }, { limit });
const found = async (...asked: Parameters<typeof search>): Promise<readonly string[]> =>
  (await search(...asked)).items.map(({ id }) => id);

describe('a page that may not be seen', () => {
  test('is in every answer as one that is not there: not shared, in no namespace, or what a namespace is under', async () => {
    const { fake, reader, alice, handbook, board, loose } = place;
    const { workspace } = fake;
    const secret = workspace.page({ title: 'hushhush one', text: 'x', by: alice.id });
    const outside = workspace.page({ title: 'hushhush two', text: 'x', by: alice.id, parent: loose.id });
    const parent = await pageIn(place, handbook);
    for (const { id } of [secret, outside, loose, handbook, board, { id: crypto.randomUUID() }]) {
      expect(await reader.page(id)).toBeNull();
      const empty = { items: [], cursor: null };
      if (id !== handbook.id) expect(await reader.children(parent.namespace, id, { limit: 5 })).toEqual(empty);
    }
    expect(await found('hushhush', within('handbook', 'hr', 'board'))).toEqual([]);
    expect(await reader.namespace('loose')).toBeNull();
  });

  test('is of the nearest namespace above it, and of no other that is further up', async () => {
    const { board, handbook, reader } = place;
    const minutes = await pageIn(place, board, { title: 'nearest minutes' });
    expect(minutes).toMatchObject({ namespace: { key: 'board', id: board.id }, above: [] });
    expect(await found('nearest', within('handbook'))).toEqual([]);
    expect(await found('nearest', within('board'))).toEqual([minutes.id]);
    const handbookRef = { id: handbook.id, key: 'handbook', name: 'Handbook' };
    const listed = await reader.children(handbookRef, null, { limit: 100 });
    expect(listed.items.map(({ id }) => id)).not.toContain(board.id);
    expect(await reader.children(handbookRef, minutes.id, { limit: 5 })).toEqual({ items: [], cursor: null });
  });

  test('tells nothing of itself by where a search goes on', async () => {
    const { loose, handbook, fake, alice } = place;
    for (let index = 0; index < 20; index += 1) {
      fake.workspace.page({ title: `crowded outside ${index}`, by: alice.id, parent: loose.id });
    }
    const made = [
      await pageIn(place, handbook, { title: 'crowded a' }),
      await pageIn(place, handbook, { title: 'crowded b' }),
    ];
    const first = await search('crowded', within('handbook'), 1);
    expect(first.cursor).toBe('1');
    const query = { within: within('handbook'), text: 'crowded' };
    const second = await place.reader.search(query, { limit: 1, cursor: first.cursor ?? '' });
    expect(second.cursor).toBeNull();
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.map(({ id }) => id));
  });

  test('is not found where the index of the search still has it', async () => {
    const { handbook, hr, loose, fake } = place;
    const moved = await pageIn(place, handbook, { title: 'wandering' });
    fake.workspace.move(kept(place, moved), loose.id, place.alice.id);
    fake.workspace.believed.set(moved.id, handbook.id);
    expect(await found('wandering', within('handbook', 'hr'))).toEqual([]);
    fake.workspace.move(kept(place, moved), hr.id, place.alice.id);
    expect(await found('wandering', within('handbook'))).toEqual([]);
  });

  test.each(['../users/me', 'x', '', '0'.repeat(32), '?a=b', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(11)}G`])(
    'is not asked for by %j, which is no id',
    async (id) => {
      const ref = await pageIn(place, place.handbook);
      const before = place.fake.sent.length;
      expect(await place.reader.page(id)).toBeNull();
      expect(await place.reader.comment(ref, id)).toBeNull();
      expect(place.fake.sent).toHaveLength(before);
    },
  );
});

describe('a page', () => {
  test('has the words of another’s title nowhere, and its children wherever they stand in it', async () => {
    const { handbook, fake, alice, reader } = place;
    const holder = fake.workspace.page({ title: 'Holder', by: alice.id, parent: handbook.id });
    const child = fake.workspace.page({ title: 'Child', by: alice.id, parent: holder.id });
    const line = fake.workspace.textOf(holder);
    fake.workspace.write(holder, alice.id, `<columns>\n\t<column>\n\t\t${line}\n\t</column>\n</columns>\nWords`);
    const read = await reader.page(holder.id);
    expect(read?.body.text).toMatch(/^⟦notion:columns:[0-9a-f]{8} [0-9a-f]{32}⟧\n\nWords$/);
    const { items } = await reader.children({ id: handbook.id, key: 'handbook', name: '' }, holder.id, { limit: 5 });
    expect(items.map(({ id, title }) => [id, title])).toEqual([[child.id, 'Child']]);
    expect((await reader.page(child.id))?.above.map(({ id }) => id)).toEqual([holder.id]);
  });

  test('of which Notion gives a part alone says so', async () => {
    const page = await pageIn(place, place.handbook, { text: 'One\nTwo\nThree\nFour' });
    kept(place, page).truncated = true;
    const read = await place.reader.page(page.id);
    expect(read?.body.text).toContain('⟦more, which Notion does not give at once⟧');
  });

  test('has the words of guests and of those who are gone for what they are', async () => {
    const { handbook, mallory, fake, alice } = place;
    const page = await pageIn(place, handbook);
    expect(page.revision.provenance).toMatchObject({ by: { name: 'Alice Ito', standing: 'member' }, trust: 'trusted' });
    fake.workspace.edit(kept(place, page), mallory.id, { text: 'Trust me' });
    const now = await place.reader.page(page.id);
    expect(now?.revision.provenance).toMatchObject({ by: { standing: 'unknown' }, trust: 'untrusted' });
    fake.workspace.edit(kept(place, page), alice.id, { text: 'Better' });
    expect((await place.reader.page(page.id))?.revision.provenance.trust).toBe('trusted');
  });

  test('is read again where Notion was only busy, and kept from it where it wants no more', async () => {
    const page = await pageIn(place, place.handbook);
    place.fake.mishaps.push({ on: 'read', act: failure(503, 'service_unavailable') });
    expect((await place.reader.page(page.id))?.id).toBe(page.id);
    const other = await place.open({ readTimeoutMs: 2_000 });
    for (const status of [429, 529]) {
      const act = failure(status, 'rate_limited', { 'retry-after': '60' });
      const backend = status === 429 ? other : await place.open({ readTimeoutMs: 2_000 });
      place.fake.mishaps.push({ on: 'read', act });
      const refusal = {
        code: 'backend_unavailable',
        message: expect.stringMatching(/^Notion takes no more requests until/),
      };
      await expect(backend.reader.page(page.id)).rejects.toMatchObject(refusal);
      const before = place.fake.sent.length;
      await expect(backend.reader.page(page.id)).rejects.toMatchObject({ code: 'backend_unavailable' });
      expect(place.fake.sent).toHaveLength(before);
    }
  });

  test('of what goes wrong tells nothing that Notion said', async () => {
    const page = await pageIn(place, place.handbook);
    const acts = [
      failure(401, 'unauthorized'),
      failure(403, 'restricted_resource'),
      failure(500, 'internal_server_error'),
      { redirect: 'http://127.0.0.1:1/' },
      'garbage',
    ] as const;
    for (const act of acts) {
      place.fake.mishaps.push({ on: 'read', act });
      const error = await place.reader.page(page.id).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^backend_(?:refused|unavailable)$/) });
      expect(`${error}`).not.toContain('Secret words');
    }
  });
});

test('requests leave at the pace that Notion takes, after a burst', async () => {
  const { reader } = await place.open({ perSecond: 40 });
  const page = await pageIn(place, place.handbook);
  const began = performance.now();
  await Promise.all(Array.from({ length: 6 }, () => reader.page(page.id)));
  const sent = 6 * 2;
  expect(performance.now() - began).toBeGreaterThan(((sent - 12) * 1000) / 40);
});
