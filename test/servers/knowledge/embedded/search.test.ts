import { describe, expect, test } from 'vitest';
import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { found, newBase, present, query, titles } from './base.ts';

const pages = {
  Returns: 'Send it back within 30 days.\n\n## How\n\nPrint the label, then go to the post office.',
  'Retry-After': 'A client waits as long as the header `Retry-After` says, and calls `src/money.ts` then.',
  返品の手順: '返品は30日以内に受け付けます。\n\n## 送料\n\n送料は当社が負担します。ガイドを参照してください。',
  'Größe und Maß': 'Die Größe steht auf dem Etikett. Émile prüft sie.',
  Releases: 'We release on Tuesdays 🚀 with C++ and 第3版 of the terms. See ｶﾞｲﾄﾞ.',
};

function library() {
  const base = newBase();
  const ids = Object.fromEntries(
    Object.entries(pages).map(([title, text]) => [title, base.add('handbook', { title, text })]),
  );
  return { ...base, ids };
}

describe('a search', () => {
  test.each([
    ['post office', ['Returns']],
    ['RETURNS', ['Returns']],
    ['grosse maß', ['Größe und Maß']],
    ['emile', ['Größe und Maß']],
    ['返品', ['返品の手順']],
    ['送料 負担', ['返品の手順']],
    ['送料は誰が負担しますか', ['返品の手順']],
    ['料', ['返品の手順']],
    ['ガイド', ['返品の手順', 'Releases']],
    ['第3版', ['Releases']],
    ['🚀', ['Releases']],
    ['src/money.ts', ['Retry-After']],
    ['retry-after', ['Retry-After']],
    ['30日以内', ['返品の手順', 'Returns']],
    ['release\u200Bs', ['Releases']],
  ])('finds %s', async (text, wanted) => {
    const { reader } = library();
    expect((await titles(reader, query(text))).toSorted()).toEqual([...wanted].toSorted());
  });

  test('puts what has all words first, and then what has some', async () => {
    const { reader, add } = newBase();
    add('handbook', { title: 'One', text: 'label label label label label' });
    add('handbook', { title: 'Both', text: `label ${'and many other words '.repeat(40)} office` });
    for (let count = 0; count < 10; count += 1) add('handbook', { title: `Other ${count}`, text: 'nothing of that' });
    const hits = await found(reader, query('label office'));
    expect(hits.map(({ title }) => title)).toEqual(['Both', 'One']);
    expect(hits.map(({ score }) => Math.floor(present(score)))).toEqual([1, 0]);
  });

  test('counts a title for more than a text', async () => {
    const { reader, add } = newBase();
    add('handbook', { title: 'Some page', text: 'How invoices are made, and who makes invoices.' });
    add('handbook', { title: 'Invoices', text: 'Ask Alice.' });
    add('handbook', { title: 'A third', text: 'Of other things.' });
    add('handbook', { title: 'A fourth', text: 'Of other things.' });
    add('handbook', { title: 'A fifth', text: 'Of other things.' });
    expect(await titles(reader, query('invoices'))).toEqual(['Invoices', 'Some page']);
  });

  test('shows the lines of the raw text where it is, with its heading and revision', async () => {
    const { reader, ids, page } = library();
    const [hit] = await found(reader, query('print label'));
    const { revision, body } = await page(present(ids['Returns']));
    expect(hit).toMatchObject({
      heading: 'How',
      revision: revision.id,
      provenance: { kind: 'person', trust: 'trusted' },
    });
    expect(hit?.snippet).toBe('Print the label, then go to the post office.');
    expect(body.text.split('\n')[present(hit?.line) - 1]).toContain('Print the label');
  });

  test('gives one hit a page, its best passage, and as many pages as are asked for', async () => {
    const { reader, add } = newBase();
    const section = (at: number) => `## Part ${at}\n\nTeapots are kettles.\n\n`;
    const many = Array.from({ length: 200 }, (_, at) => section(at)).join('');
    add('handbook', { title: 'Long', text: `${many}## Best\n\nTeapots, teapots, teapots.` });
    for (let at = 0; at < 5; at += 1)
      add('handbook', { title: `Short ${at}`, text: 'One of the teapots is here, and much beside it.' });
    const hits = await found(reader, query('teapots'), 2);
    expect(hits).toHaveLength(6);
    expect(hits.find(({ title }) => title === 'Long')).toMatchObject({ heading: 'Best' });
  });

  test('goes on where it was, to an end', async () => {
    const { reader, add } = newBase();
    for (let at = 0; at < 23; at += 1) add('handbook', { title: `Page ${at}`, text: 'kettle '.repeat((at % 5) + 1) });
    const once = await found(reader, query('kettle'), 50);
    expect(once).toHaveLength(23);
    expect((await found(reader, query('kettle'), 4)).map(({ id }) => id)).toEqual(once.map(({ id }) => id));
    const { cursor } = await reader.search(query('kettle'), { limit: 4 });
    await expect(reader.search(query('pot'), { limit: 4, cursor: present(cursor) })).rejects.toMatchObject({
      code: 'invalid_arguments',
    });
  });

  test.each([
    ...[
      'post OR nothing',
      'NOT post',
      'post*',
      '"post',
      'post" OR "label',
      'title:post',
      '{title body}: post',
      'NEAR(post office, 2)',
    ],
    ...[
      "post'); drop table page; --",
      '^post',
      'post AND (label',
      'a\0post',
      'post -label',
      '--',
      '"',
      '*',
      '(',
      '\u{e0041}post',
    ],
  ])('takes %j for words', async (text) => {
    const { reader } = library();
    const hits = await found(reader, query(text));
    for (const { title } of hits) expect(Object.keys(pages)).toContain(title);
  });

  test.each(['', '   ', '-', '、。', '\u200B', '…!?'])('finds nothing where %j has no word', async (text) => {
    const { reader } = library();
    expect(await found(reader, query(text))).toEqual([]);
  });

  test('takes a very long text for its first words', async () => {
    const { reader } = library();
    const [hit] = await found(reader, query(`post office ${'other words '.repeat(10_000)}`));
    expect(hit?.title).toBe('Returns');
    await found(reader, query('長'.repeat(100_000)));
    await found(reader, query('x'.repeat(100_000)));
  });

  test('leaves the text in a snippet as it is, and cuts a long line around what was found', async () => {
    const { reader, add } = newBase();
    const hidden = 'be\u200Bfore';
    add('handbook', {
      title: 'Long',
      text: `${'空白 😀 '.repeat(2_000)}${hidden} the needle ${'after '.repeat(2_000)}`,
    });
    const [hit] = await found(reader, query('needle'));
    expect(hit?.snippet).toContain('the needle');
    expect(present(hit).snippet.length).toBeLessThan(800);
    expect(present(hit).snippet.isWellFormed()).toBe(true);
    expect(findHidden(present(hit).snippet)).not.toEqual([]);
  });

  test('finds an empty page by its title, and nothing in the trash', async () => {
    const { reader, add, page, write } = newBase();
    const id = add('handbook', { title: 'Kettles' });
    expect((await found(reader, query('kettles')))[0]).toMatchObject({ id, line: null, snippet: '', heading: null });
    const { namespace, above, revision, title, url } = await page(id);
    const ref = { id, title, url, namespace };
    const place = { namespace, above: [...above] };
    await write({ kind: 'trash', page: ref, place, revision: revision.id });
    expect(await found(reader, query('kettles'))).toEqual([]);
    await write({ kind: 'untrash', page: ref, place });
    expect(await found(reader, query('kettles'))).toHaveLength(1);
  });
});

describe('a search in several places', () => {
  test('puts what is found everywhere in one order', async () => {
    const { reader, add } = newBase();
    for (let at = 0; at < 8; at += 1) {
      add('handbook', { title: `Handbook ${at}`, text: at === 0 ? 'A teapot.' : 'Something else.' });
      add('notes', { title: `Note ${at}`, text: at === 0 ? 'teapot teapot teapot' : 'Something else.' });
      add('people', { title: `Person ${at}`, text: 'teapot '.repeat(at) });
    }
    const hits = await found(reader, query('teapot', 'handbook', 'notes', 'handbook', 'nowhere'));
    expect(hits.map(({ title }) => title)).toEqual(['Note 0', 'Handbook 0']);
    const scores = hits.map(({ score }) => present(score));
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
  });

  test('under some pages finds them and what is below, and no draft or trash', async () => {
    const { reader, add } = newBase();
    const root = add('handbook', { title: 'Root', text: 'teapot' });
    const child = add('handbook', { title: 'Child', text: 'teapot', under: root });
    add('handbook', { title: 'Grandchild', text: 'teapot', under: child });
    add('handbook', { title: 'Beside', text: 'teapot' });
    const elsewhere = add('notes', { title: 'Elsewhere', text: 'teapot' });
    const under = (...pages: readonly string[]) => ({
      text: 'teapot',
      within: [{ namespace: 'handbook', under: pages }],
    });
    expect((await titles(reader, under(root))).toSorted()).toEqual(['Child', 'Grandchild', 'Root']);
    expect((await titles(reader, under(child, root, child))).toSorted()).toEqual(['Child', 'Grandchild', 'Root']);
    expect((await titles(reader, under(child))).toSorted()).toEqual(['Child', 'Grandchild']);
    expect(await titles(reader, under(elsewhere, 'pg_none'))).toEqual([]);
    expect(await titles(reader, under())).toEqual([]);
  });
});
