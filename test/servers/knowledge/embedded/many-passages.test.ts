import { expect, test } from 'vitest';
import { agent, found, markdown, newBase, placeOf, present, query, unseen } from './base.ts';

const words = ['kettle', 'teapot', 'saucer', 'spoon'];

/** Each of four words is in a quarter of the passages, two of them in some, three in few, and in none all. */
function said(passage: number): string {
  const own = [words[passage % 4]];
  if (passage % 97 === 0) own.push(words[(passage + 1) % 4]);
  if (passage % 970 === 0) own.push(words[(passage + 2) % 4]);
  return own.join(' and ');
}

const [pages, passagesEach] = [80, 50];

/** A namespace that is large enough for its index not to put in order all that has any of several words. */
function large() {
  const base = newBase();
  base.store.write(() => {
    for (let page = 0; page < pages; page += 1) {
      const sections = Array.from({ length: passagesEach }, (_, at) => `## Part ${at}\n\n${said(page * 50 + at)}\n\n`);
      base.add('handbook', { title: `Page ${page}`, text: sections.join('') });
    }
  });
  return base;
}

test('in a large namespace, what has more of the words comes first, and an answer in parts is the same as in one', async () => {
  const base = large();
  const all = 'kettle teapot saucer spoon';
  const once = await found(base.reader, query(all), 50);
  expect(new Set(once.map(({ id }) => id)).size).toBe(pages);
  expect(once).toHaveLength(pages);
  const counts = once.map(({ snippet }) => words.filter((word) => snippet.includes(word)).length);
  const three = Array.from({ length: 5 }, (_, at) => `Page ${Math.floor((at * 970) / 50)}`);
  expect(counts.slice(0, 5)).toEqual([3, 3, 3, 3, 3]);
  expect(
    once
      .slice(0, 5)
      .map(({ title }) => title)
      .toSorted(),
  ).toEqual(three.toSorted());
  expect(counts).toEqual(counts.toSorted((one, other) => other - one));
  const scores = once.map(({ score }) => present(score));
  expect(scores).toEqual(scores.toSorted((one, other) => other - one));
  expect((await found(base.reader, query(all), 9)).map(({ id, score }) => [id, score])).toEqual(
    once.map(({ id, score }) => [id, score]),
  );
  const both = await found(base.reader, query('kettle teapot saucer'), 9);
  expect(both.filter(({ score }) => present(score) >= 1).map(({ snippet }) => snippet)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/kettle.*teapot.*saucer/u)),
  );

  const place = placeOf(await base.page(present(once[0]).id));
  const body = markdown(`# ${all}\n\n${`${all} `.repeat(50)}`);
  for (let count = 0; count < 20; count += 1) base.add('people', { title: all, text: body.text });
  await base.write({ kind: 'create', place, title: all, body }, unseen('writer'));
  await base.write(
    { kind: 'create', place: { ...place, namespace: present(await base.reader.namespace('notes')) }, title: all, body },
    agent('writer'),
  );
  expect(await found(base.as('reader'), query(all), 50)).toEqual(once);
});
