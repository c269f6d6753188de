import { expect, test } from 'vitest';
import { found, markdown, newBase, placeOf, present, query, titles, unseen } from '../embedded/base.ts';

/** A word, and so much after it that three such pages are as much as is gone through. */
const long = (word: string, link = '') => markdown(`${word} ${link}\n${'x'.repeat(700_000)}`);

test('the newest of what waits is searched, so that nobody waits for an agent that lets its notes grow', async () => {
  const base = newBase();
  const id = base.add('handbook', { title: 'Kettles', text: 'published' });
  const place = placeOf(await base.page(id));
  for (const title of ['first', 'second', 'third', 'fourth']) {
    await base.write({ kind: 'create', place, title, body: long('teapot', `[x](page:${id})`) }, unseen('a'));
  }
  const own = base.as('a');
  expect((await titles(own, query('teapot'))).toSorted()).toEqual(['fourth', 'second', 'third']);
  const { from } = await own.links(present(await own.page(id)));
  expect(from.map(({ title }) => title)).toEqual(['second', 'third', 'fourth']);
  expect(await found(base.as('b'), query('teapot'))).toEqual([]);
});
