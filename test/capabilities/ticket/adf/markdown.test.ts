import { describe, expect, test } from 'vitest';
import { adfDocument, editedDocument, mapTexts, newDocument } from '#capabilities/ticket/document.ts';
import { AppError } from '#shared/errors.ts';

type Node = { readonly type: string; readonly [key: string]: unknown };
const text = (words: string, ...marks: readonly object[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
});
const paragraph = (...content: readonly object[]): Node => ({ type: 'paragraph', content });
const adf = (...content: readonly object[]) => adfDocument(JSON.stringify({ version: 1, type: 'doc', content }));
const made = (markdown: string) => contentOf(newDocument('adf', markdown));
function contentOf(document: ReturnType<typeof adf>): readonly Node[] {
  return document.format === 'adf' ? JSON.parse(document.native).content : [];
}
function problem(edit: () => unknown): AppError {
  try {
    edit();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

const alice = { type: 'mention', attrs: { id: '5b10', text: '@Alice', accessLevel: '' } };
const panel = {
  type: 'panel',
  attrs: { panelType: 'warning' },
  content: [paragraph(text('Mind the gap.')), paragraph(text('And the step.'))],
};
const picture = {
  type: 'mediaSingle',
  attrs: { layout: 'center' },
  content: [{ type: 'media', attrs: { type: 'file', id: 'a1', collection: 'c', alt: 'screenshot' } }],
};

describe('what reads as Markdown', () => {
  test('has words for what Markdown cannot say, and the names of what they are', () => {
    const document = adf(
      { type: 'heading', attrs: { level: 2 }, content: [text('Steps')] },
      paragraph(text('Ask '), alice, text(' about '), text('red', { type: 'textColor', attrs: { color: '#f00' } })),
      panel,
      picture,
      {
        type: 'taskList',
        attrs: { localId: 'l' },
        content: [{ type: 'taskItem', attrs: { localId: 'i', state: 'DONE' }, content: [text('Done')] }],
      },
      { type: 'expand', attrs: { title: 'More' }, content: [paragraph(text('Hidden'))] },
    );
    expect(document.text.replaceAll(/:[0-9a-f]{8}/g, ':#')).toBe(
      [
        '## Steps',
        'Ask ⟦adf:mention:# @Alice⟧ about ⟦adf:text:# red⟧',
        '⟦adf:panel:#\nMind the gap.\nAnd the step.\n⟧',
        '⟦adf:mediaSingle:# screenshot⟧',
        '⟦adf:taskList:# - [x] Done⟧',
        '⟦adf:expand:#\nMore\nHidden\n⟧',
      ].join('\n\n'),
    );
  });

  test('keeps apart what is alike, and what only looks like a placeholder', () => {
    const { text: read } = adf(paragraph(alice, text(' '), alice), paragraph(text('⟦adf:mention:1⟧ ⟦1⟧')));
    expect(read).toMatch(/^⟦adf:mention:(\w+) @Alice⟧ ⟦adf:mention:\1\.2 @Alice⟧\n\n&#10214;adf:mention:1&#10215;/);
  });

  test('is an error where the native form is none that can be read', () => {
    const broken = [
      '',
      '{',
      '[]',
      'null',
      '{"type":"doc"',
      '{"type":"page","content":[]}',
      '{"type":"doc","content":[1]}',
    ];
    const odd = [
      { type: 'text' },
      { type: 7 },
      { type: 'p', marks: [{}] },
      { type: 'p', attrs: [] },
      { type: 'p', content: {} },
    ];
    const deep = `${'{"type":"doc","content":['.repeat(3000)}${']}'.repeat(3000)}`;
    for (const native of [...broken, ...odd.map((one) => JSON.stringify({ type: 'doc', content: [one] })), deep]) {
      expect(problem(() => adfDocument(native))).toMatchObject({ code: 'unsupported' });
    }
    expect(adfDocument('{"type":"doc","version":1}').text).toBe('');
  });
});

describe('an edit', () => {
  const before = adf(
    paragraph(text('First '), alice, text('.')),
    panel,
    {
      type: 'bulletList',
      attrs: { localId: 'x' },
      content: [{ type: 'listItem', content: [paragraph(text('one')), picture] }],
    },
    paragraph(text('Last.')),
  );

  test('of some words leaves the rest as it is natively, and carries what is among the words', () => {
    const after = contentOf(editedDocument(before, before.text.replace('First', '**Then**').replace('- one', '- two')));
    const [first, second, third, fourth] = after;
    expect(first).toEqual(paragraph(text('Then', { type: 'strong' }), text(' '), alice, text('.')));
    expect([second, fourth]).toEqual([contentOf(before)[1], contentOf(before)[3]]);
    expect(third).toEqual({
      type: 'bulletList',
      content: [{ type: 'listItem', content: [paragraph(text('two')), picture] }],
    });
  });

  test('of a table leaves its width and all else that it says of itself, unless the table is taken away', () => {
    const cell = (type: string, words: string) => ({ type, attrs: {}, content: [paragraph(text(words))] });
    const row = (type: string, ...words: readonly string[]) => ({
      type: 'tableRow',
      content: words.map((each) => cell(type, each)),
    });
    const attrs = { layout: 'align-start', width: 760, localId: 't', isNumberColumnEnabled: true };
    const table = { type: 'table', attrs, content: [row('tableHeader', 'a', 'b'), row('tableCell', 'c', 'd')] };
    const there = adf(paragraph(text('Above.')), table, paragraph(text('Below.')));
    expect(there.text).toContain('| a | b |\n| --- | --- |\n| c | d |');
    const [, edited] = contentOf(editedDocument(there, there.text.replace('| c |', '| **e** |')));
    expect(edited).toMatchObject({ type: 'table', attrs });
    expect(JSON.stringify(edited)).toContain('"text":"e"');
    const gone = contentOf(editedDocument(there, 'Above.\n\nBelow.'));
    expect(gone.map(({ type }) => type)).toEqual(['paragraph', 'paragraph']);
    const resized = {
      ...table,
      content: [{ type: 'tableRow', content: [{ ...cell('tableHeader', 'a'), attrs: { colwidth: [90] } }] }],
    };
    expect(adf(resized).text).toMatch(/^⟦adf:table:\w+ a⟧$/);
  });

  test('may bring what it carries to another place of the same kind', () => {
    const [one = '', two = '', ...rest] = before.text.split('\n\n');
    expect(contentOf(editedDocument(before, [two, one, ...rest].join('\n\n'))).map(({ type }) => type)).toEqual([
      ...['panel', 'paragraph', 'bulletList', 'paragraph'],
    ]);
  });

  const mention = /⟦adf:mention[^⟧]*⟧/.exec(before.text)?.[0] ?? '';
  const media = /⟦adf:mediaSingle[^⟧]*⟧/.exec(before.text)?.[0] ?? '';
  const wrong: readonly (readonly [what: string, edit: (text: string) => string, says: RegExp])[] = [
    ['drops one', (all) => all.replace(mention, ''), /drops "mention:/],
    ['has one twice', (all) => `${all}\n\n${mention}`, /has more than once "mention:/],
    ['changes what one reads as', (all) => all.replace('@Alice', '@Bob'), /changes "mention:/],
    ['changes the words in one', (all) => all.replace('the gap', 'a gap'), /changes "panel:/],
    ['leaves one open', (all) => all.replace('@Alice⟧', '@Alice'), /changes "mention:/],
    ['invents one', (all) => `${all}\n\n⟦adf:mention:12345678 @Eve⟧`, /has, unlike the text there, "mention:12345678"/],
    [
      'puts one where it cannot stand',
      (all) => all.replace(`\n\n  ${media}`, '').concat(`\n\n${media}`),
      /"mediaSingle" .* cannot stand/,
    ],
    ['puts a block among words', (all) => all.replace(`\n\n  ${media}`, ` ${media}`), /"mediaSingle" .* cannot stand/],
    ['hides one in code', (all) => all.replace(mention, '').concat(`\n\n    ${mention}`), /"mention" .* cannot stand/],
    ['is empty', () => '', /drops "mention:/],
  ];
  test.each(wrong)('that %s is refused, and says which', (_what, edit, says) => {
    const error = problem(() => editedDocument(before, edit(before.text)));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(says);
  });

  test('keeps what does not show in lines that read as before, which a model never saw', () => {
    const coder = '👩\u200d💻';
    const lines = (first: string, second: string) => `${first}\n\n${second}`;
    const plain = { format: 'markdown', text: lines(`${coder} one`, '\u200fשלום two') } as const;
    expect(editedDocument(plain, lines('👩💻 one', 'שלום 2')).text).toBe(lines(`${coder} one`, 'שלום 2'));
    expect(editedDocument(plain, lines('👩💻 one', 'שלום two'))).toBe(plain);
    const native = adf(
      paragraph(text(`${coder} one`)),
      paragraph(text('two '), { ...alice, attrs: { id: '1', text: `@${coder}` } }),
    );
    const read = native.text.replaceAll('\u200d', '');
    expect(editedDocument(native, read)).toBe(native);
    expect(contentOf(editedDocument(native, read.replace('two', 'Two')))).toEqual([
      contentOf(native)[0],
      paragraph(text('Two '), { ...alice, attrs: { id: '1', text: `@${coder}` } }),
    ]);
  });

  test('of a text in Markdown is that text, with line feeds', () => {
    const plain = { format: 'markdown', text: 'a' } as const;
    expect(editedDocument(plain, 'b\r\nc')).toEqual({ format: 'markdown', text: 'b\nc' });
    expect(newDocument('markdown', 'b\rc')).toEqual({ format: 'markdown', text: 'b\nc' });
  });
});

describe('new Markdown', () => {
  test('has the blocks and marks of the format', () => {
    expect(made('# Title\n\nA **b** *c* ~~d~~ `e`\\\n[f](https://g.h)')).toEqual([
      { type: 'heading', attrs: { level: 1 }, content: [text('Title')] },
      paragraph(
        ...[text('A '), text('b', { type: 'strong' }), text(' '), text('c', { type: 'em' }), text(' ')],
        ...[text('d', { type: 'strike' }), text(' '), text('e', { type: 'code' }), { type: 'hardBreak' }],
        text('f', { type: 'link', attrs: { href: 'https://g.h' } }),
      ),
    ]);
    expect(made('3. a\n4. b\n\n```ts\nx\n```\n\n---\n\n> q').map(({ type, attrs }) => [type, attrs])).toEqual([
      ['orderedList', { order: 3 }],
      ['codeBlock', { language: 'ts' }],
      ['rule', undefined],
      ['blockquote', undefined],
    ]);
  });

  test('takes the nearest form where the format has none in that place', () => {
    expect(made('- # Loud')).toMatchObject([{ content: [{ content: [paragraph(text('Loud', { type: 'strong' }))] }] }]);
    expect(made('> > twice')).toEqual([{ type: 'blockquote', content: [paragraph(text('twice'))] }]);
    expect(made('- [x] done')).toMatchObject([
      { type: 'bulletList', content: [{ content: [paragraph(text('[x] done'))] }] },
    ]);
    expect(made('> | a |\n> |---|')).toMatchObject([{ content: [{ type: 'codeBlock' }] }]);
  });

  test('makes no link that must not be followed, fetches no picture, and takes HTML for words', () => {
    expect(made('[a](javascript:alert(1))')).toEqual([paragraph(text('a (javascript:alert(1))'))]);
    expect(made('![shot](https://a.b/c.png)')).toEqual([
      paragraph(text('shot', { type: 'link', attrs: { href: 'https://a.b/c.png' } })),
    ]);
    expect(made('A <b>x</b> &lt; &#65;')).toEqual([paragraph(text('A <b>x</b> < A'))]);
  });

  test('links to addresses, and to the one that an earlier change will have', () => {
    const [first] = made('See https://a.b/c_d_e, {{after.pull_request_url}}');
    expect(first).toEqual(
      paragraph(
        text('See '),
        text('https://a.b/c_d_e', { type: 'link', attrs: { href: 'https://a.b/c_d_e' } }),
        text(', '),
        text('{{after.pull_request_url}}', { type: 'link', attrs: { href: '{{after.pull_request_url}}' } }),
      ),
    );
    const filled = mapTexts(newDocument('adf', '{{after.pull_request_url}}'), (each) =>
      each.replaceAll('{{after.pull_request_url}}', 'https://g.h/1'),
    );
    expect(contentOf(filled)).toEqual([
      paragraph(text('https://g.h/1', { type: 'link', attrs: { href: 'https://g.h/1' } })),
    ]);
    expect(filled.text).toBe('https://g.h/1');
  });

  test('with placeholders of no text, or what would be taken for a sign, is refused', () => {
    expect(problem(() => newDocument('adf', 'a ⟦adf:panel:1⟧')).code).toBe('unsupported');
    expect(problem(() => newDocument('adf', 'a ⟦1⟧')).code).toBe('invalid_arguments');
    expect(made('a ⟦b⟧')).toEqual([paragraph(text('a ⟦b⟧'))]);
  });

  const bombs = [
    '>'.repeat(5000),
    '1) '.repeat(5000),
    'a*'.repeat(50_000),
    `${' '.repeat(200)}- a`,
    '- a\n'.repeat(100_000),
  ];
  test.each(bombs.map((each) => [each.slice(0, 12), each]))(
    'that would take too long to read is refused: %j…',
    (_name, bomb) => {
      expect(problem(() => newDocument('adf', bomb)).code).toBe('too_large');
      // What is there already is carried as it is.
      expect(adf({ type: 'codeBlock', content: [text(bomb)] }, paragraph(text(bomb))).text).toContain(
        bomb.slice(0, 12).trim().slice(0, 1),
      );
    },
  );

  test('of emoji, right-to-left words and a long line is kept as it is', () => {
    const words = `👩‍💻 שלום \u202eabc ${'long '.repeat(20_000)}end`;
    expect(made(words)).toEqual([paragraph(text(words))]);
  });
});
