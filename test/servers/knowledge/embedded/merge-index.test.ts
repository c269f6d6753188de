import { expect, test } from 'vitest';
import { mergeIndex } from '#servers/knowledge/embedded/store/merge-index.ts';
import { namespaceByKey } from '#servers/knowledge/embedded/store/namespaces.ts';
import { newBase, query, titles } from './base.ts';

/** Sixteen at once would be put together by SQLite itself. */
const times = 15;

function filled() {
  const base = newBase();
  const { id = 0 } = namespaceByKey(base.store, 'handbook') ?? {};
  base.store.run(`insert into words_${id} (words_${id}, rank) values ('automerge', 0)`);
  for (let at = 0; at < times; at += 1) base.add('handbook', { title: `Page ${at}`, text: `teapot number${at}` });
  const parts = () =>
    base.store.one<{ count: number }>(`select count(distinct segid) as count from words_${id}_idx`)?.count;
  return { ...base, id, parts };
}

test('an index that grew in many parts becomes one, and finds the same', async () => {
  const { store, id, parts, as } = filled();
  const before = await titles(as('a'), query('teapot number7'));
  expect(parts()).toBe(times);
  let pauses = 0;
  await mergeIndex(store, id, async () => {
    pauses += 1;
  });
  expect(parts()).toBe(1);
  expect(pauses).toBeGreaterThan(0);
  expect(await titles(as('a'), query('teapot number7'))).toEqual(before);
  expect(before[0]).toBe('Page 7');
});

test('one in few parts stays as it is', async () => {
  const { store, id, parts, add } = filled();
  await mergeIndex(store, id, async () => {});
  add('handbook', { title: 'One more', text: 'teapot' });
  await mergeIndex(store, id, async () => {});
  expect(parts()).toBe(2);
});
