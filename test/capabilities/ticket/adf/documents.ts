import fc from 'fast-check';
import type { RichMark as AdfMark, RichNode as AdfNode } from '#capabilities/common/rich-text/node.ts';

/** Words with all that Markdown could take for something else. */
const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.constantFrom(
    ...['one two', ' blank ', '*', '**', '_a_', '`', '``x`', '[a](b)', '# h', '- ', '1. ', '2) x', '> q', '|', 'a|b'],
    ...['&amp;', '&#1;', '<b>', '<!-- -->', 'http://a.b/c_d', 'a@b.c', '~~x~~', '\\', '\\*', '---', '===', '```'],
    ...['⟦adf:panel:1⟧', '⟧', '\u00a0', 'שלום', '👩‍💻', '\u202eabc', '{{after.pull_request_url}}', '![i](j)', '\ttab'],
    ...['www.a.b', '[x]: y', '[ ] x', '+', ':', '"', "'", '\n', 'a\nb', 'a  ', '  b', '⟦0⟧', '\u0001'],
  ),
);

const mark: fc.Arbitrary<AdfMark> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom({ type: 'strong' }, { type: 'em' }, { type: 'strike' }, { type: 'code' }) },
  fc.constantFrom(
    { type: 'link', attrs: { href: 'https://a.b/c' } },
    { type: 'link', attrs: { href: 'https://a.b/(c)?d=<e>&f' } },
    { type: 'link', attrs: { href: 'https://a.b/c', title: 'kept' } },
    { type: 'link', attrs: { href: 'ftp://a.b' } },
    { type: 'underline' },
    { type: 'textColor', attrs: { color: '#ff0000' } },
    { type: 'unheardOf', attrs: { of: [1, { a: null }] } },
  ),
);
const marks = fc.uniqueArray(mark, { maxLength: 3, selector: ({ type }) => type });

const text = fc
  .record({ type: fc.constant('text'), text: words, marks })
  .map(({ marks: some, ...rest }): AdfNode => (some.length === 0 ? rest : { ...rest, marks: some }));

const id = fc.integer({ min: 0, max: 5 }).map(String);
const inlineNode: fc.Arbitrary<AdfNode> = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: fc.constant({ type: 'hardBreak' }) },
  fc.record({ type: fc.constant('mention'), attrs: fc.record({ id, text: fc.constantFrom('@Alice', '@⟦Bob⟧') }) }),
  fc.record({ type: fc.constant('status'), attrs: fc.record({ text: words, color: fc.constant('green') }) }),
  fc.record({ type: fc.constant('inlineCard'), attrs: fc.record({ url: fc.constant('https://a.b/c') }) }),
  fc.constant({ type: 'date', attrs: { timestamp: '1700000000000' } }),
  fc.constant({ type: 'somethingNew', attrs: { deep: { er: [1, 2] } } }),
);
const inline = fc.array(inlineNode, { maxLength: 5 });

const paragraph = fc
  .record({ content: inline, attrs: fc.constantFrom(undefined, undefined, { localId: 'x' }), odd: fc.nat(12) })
  .map(({ content, attrs, odd }): AdfNode => {
    const aligned = { marks: [{ type: 'alignment', attrs: { align: 'center' } }] };
    return {
      type: 'paragraph',
      ...(attrs && { attrs }),
      ...(content.length > 0 && { content }),
      ...(odd === 0 && aligned),
    };
  });
const heading = fc
  .record({ level: fc.integer({ min: 1, max: 6 }), content: inline })
  .map(({ level, content }): AdfNode => ({ type: 'heading', attrs: { level }, content }));
const codeBlock = fc
  .record({
    code: fc.oneof(words, fc.constantFrom('', 'a\nb', '```\nx', '\n', ' x\n\ty')),
    language: fc.constantFrom('ts', 'c++', ''),
  })
  .map(({ code, language }): AdfNode => {
    const attrs = language === '' ? {} : { attrs: { language } };
    return { type: 'codeBlock', ...attrs, ...(code !== '' && { content: [{ type: 'text', text: code }] }) };
  });
const media: fc.Arbitrary<AdfNode> = id.map((each) => ({
  type: 'mediaSingle',
  attrs: { layout: 'center' },
  content: [{ type: 'media', attrs: { type: 'file', id: each, collection: 'c', alt: 'shot' } }],
}));

const nested = fc.letrec<{ list: AdfNode; item: AdfNode; quote: AdfNode; panel: AdfNode }>((tie) => ({
  item: fc
    .tuple(
      paragraph,
      fc.array(fc.oneof({ weight: 3, arbitrary: paragraph }, codeBlock, media, tie('list')), { maxLength: 2 }),
    )
    .map(([first, rest]): AdfNode => ({ type: 'listItem', content: [first, ...rest] })),
  list: fc
    .record({
      type: fc.constantFrom('bulletList', 'orderedList'),
      items: fc.array(tie('item'), { minLength: 1, maxLength: 3 }),
      order: fc.constantFrom(undefined, 1, 3),
    })
    .map(({ type, items, order }): AdfNode => {
      return { type, ...(type === 'orderedList' && order !== undefined && { attrs: { order } }), content: items };
    }),
  quote: fc
    .array(fc.oneof(paragraph, codeBlock, tie('list')), { minLength: 1, maxLength: 3 })
    .map((content) => ({ type: 'blockquote', content })),
  panel: fc
    .tuple(
      fc.constantFrom('panel', 'expand', 'bodiedExtension'),
      fc.array(fc.oneof(paragraph, tie('list')), { minLength: 1, maxLength: 2 }),
    )
    .map(([type, content]) => ({ type, attrs: { panelType: 'info' }, content })),
}));

const cell = fc
  .record({
    type: fc.constantFrom('tableHeader', 'tableCell'),
    blocks: fc.oneof(
      { weight: 6, arbitrary: paragraph.map((one) => [one]) },
      fc.array(fc.oneof(paragraph, codeBlock), { maxLength: 2 }),
    ),
  })
  .map(({ type, blocks }): AdfNode => ({ type, attrs: {}, content: blocks }));
const table = fc
  .record({
    columns: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 1, max: 3 }),
    cells: fc.array(cell, { minLength: 9, maxLength: 9 }),
    plain: fc.boolean(),
  })
  .map(
    ({ columns, rows, cells, plain }): AdfNode => ({
      type: 'table',
      attrs: { layout: plain ? 'default' : 'wide', localId: 't' },
      content: Array.from({ length: rows }, (_, row) => ({
        type: 'tableRow',
        content: cells
          .slice(row * columns, (row + 1) * columns)
          .map((each) => (plain ? { ...each, type: row === 0 ? 'tableHeader' : 'tableCell' } : each)),
      })),
    }),
  );

const taskList: fc.Arbitrary<AdfNode> = inline.map((content) => ({
  type: 'taskList',
  attrs: { localId: 'l' },
  content: [{ type: 'taskItem', attrs: { localId: 'i', state: 'TODO' }, content }],
}));

const block = fc.oneof(
  { weight: 4, arbitrary: paragraph },
  ...[heading, codeBlock, media, nested.list, nested.quote, nested.panel, table, taskList],
  fc.constant<AdfNode>({ type: 'rule' }),
  fc.constant<AdfNode>({ type: 'somethingNew', content: [{ type: 'text', text: 'kept' }] }),
);

/** Documents of all kinds of nodes, known and not. */
export const documents = fc
  .array(block, { maxLength: 6 })
  .map((content) => ({ type: 'doc' as const, version: 1, content }));

/** Text as an agent may write it: pieces of Markdown in any order. */
export const markdown = fc
  .array(
    fc.oneof(
      words,
      fc.constantFrom(
        ...[
          '\n',
          '\n\n',
          '  \n',
          '\n- ',
          '\n  - ',
          '\n1. ',
          '\n> ',
          '\n>> ',
          '\n# ',
          '\n---\n',
          '\n| a | b |\n|---|---|\n| c |\n',
        ],
        ...[
          '**b**',
          '*i*',
          '~~s~~',
          '`c`',
          '[l](https://a.b "t")',
          '[l](javascript:x)',
          '[r][x]',
          '\n[x]: https://c.d\n',
          '<b>',
          '\n<div>\n',
        ],
        ...[
          '\n```ts\ncode\n```\n',
          '\n    code\n',
          '\n- [ ] x\n',
          '![i](https://a.b/c.png)',
          '<https://a.b>',
          '***both***',
          '\n* * *\n',
          '&nbsp;',
        ],
        ...[
          '\n- > q\n',
          '\n> # h\n',
          '\n- # h\n',
          '\n- | a |\n  |---|\n',
          '\n> ---\n',
          '\n-\n',
          '\n- - - a\n',
          '\n10) x\n',
          '**`c`**',
        ],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
