import { expect, test } from 'vitest';
import { newBase, query, titles } from '../embedded/base.ts';

test('a page that says one word over and over is found by it, and by others', async () => {
  const base = newBase();
  base.add('handbook', { title: 'Flood', text: `${'あ'.repeat(50_000)}\n${'teapot '.repeat(5_000)}kettle` });
  const as = base.as('a');
  for (const text of ['teapot', 'kettle', 'あ', 'ああああ', 'あ'.repeat(200), 'teapot-teapot-teapot']) {
    expect(await titles(as, query(text)), text).toEqual(['Flood']);
  }
});

test('words between which others were left out of the index are no phrase', async () => {
  const base = newBase();
  base.add('handbook', { title: 'Flood', text: `${'the '.repeat(70)}red the hat` });
  expect(await titles(base.as('a'), query('the-hat'))).toEqual([]);
  expect(await titles(base.as('a'), query('red-hat'))).toEqual([]);
  expect(await titles(base.as('a'), query('red hat'))).toEqual(['Flood']);
});

test('of a search that is all one run of words, so many count', async () => {
  const base = newBase();
  base.add('handbook', { title: 'Flood', text: 'あ'.repeat(1_000) });
  const growing = Array.from({ length: 30 }, (_, at) => 'あ'.repeat(at + 2)).join(' ');
  expect(await titles(base.as('a'), query(growing))).toEqual(['Flood']);
});
