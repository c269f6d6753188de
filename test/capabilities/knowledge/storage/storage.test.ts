import { describe, expect, test } from 'vitest';
import { sameStorage } from '#capabilities/knowledge/storage/same.ts';
import { editedStorage, newStorage, storageDocument } from '#capabilities/knowledge/storage/storage.ts';
import { samples } from './samples.ts';

const edit = (native: string, from: string | RegExp, to: string): string => {
  const before = storageDocument(native);
  const text = before.text.replace(from, to);
  expect(text).not.toBe(before.text);
  return editedStorage(before, text).native;
};
const unsupported = expect.objectContaining({ code: 'unsupported' });
const { macros = '', layout = '', tables = '', tasks = '', media = '', comments = '' } = samples;

describe('a page', () => {
  test('reads as Markdown, with a placeholder for all that Markdown cannot say', () => {
    expect(storageDocument(macros).text).toMatchInlineSnapshot(`
      "⟦storage:macro-toc:0e95bd57 maxLevel: 3⟧

      State: ⟦storage:macro-status:a5ad0caa DONE colour: Green⟧ since ⟦storage:html-time:b1b56e95 2026-11-02⟧ by ⟦storage:mention:bfe0577b @712020:5b10ac8d⟧ ⟦storage:emoticon:4892bce9 🙂⟧

      ⟦storage:macro-info:27031046 Careful⟧

      Read this *first*.

      - and this

      ⟦storage:end:06ab6279⟧

      \`\`\`ts
      if (a < b && c) {
        go("]" + "]>");
      }
      \`\`\`

      ⟦storage:macro-code:89c4e32f With a title x⟧

      ⟦storage:macro-jira:e53a5155 key: OPS-12⟧"
    `);
    expect(storageDocument(media).text).toMatchInlineSnapshot(`
      "⟦storage:image:68906fb7 The queue queue.png⟧

      See ⟦storage:link-attachment:70e145eb plan.pdf the plan & more⟧ and ⟦storage:link-page:2da14bfa #top Handbook the handbook⟧, ⟦storage:html-a:08655e78 https://example.com/card⟧."
    `);
    expect(storageDocument(tasks).text).toMatchInlineSnapshot(`
      "⟦storage:task-list:69fde543
      - [ ] Ask @712020:77
      - [x] Done
      ⟧"
    `);
  });

  test('keeps its status, mention and date where the words around them change', () => {
    const after = edit(macros, 'State:', 'The **state**:');
    expect(after).toBe(macros.replace('\n<p>State: ', '<p>The <strong>state</strong>: '));
  });

  test('keeps what stands in a panel, and the panel, where a word in it changes', () => {
    expect(edit(macros, 'Read this *first*.', 'Read this last.')).toBe(
      macros.replace('<p>Read this <em>first</em>.</p>', '<p>Read this last.</p>').replace('\n<p>Read', '<p>Read'),
    );
  });

  test('gets another line of code in the macro that shows it', () => {
    expect(edit(macros, 'if (a < b && c) {', 'if (a) { // ]]>')).toContain(
      '<ac:plain-text-body><![CDATA[if (a) { // ]]]]><![CDATA[>\n  go(',
    );
  });

  test('with columns gets words in one of them, also where none were', () => {
    const one = edit(layout, '\n\nOne\n', '\n\nOne, and more\n');
    expect(one).toContain('<p>One, and more</p>');
    expect(sameStorage(one, layout.replace('>One<', '>One, and more<'))).toBe(true);
    const filled = edit(layout, /(⟦storage:layout-cell:\w+⟧)\n\n(⟦storage:end:\w+⟧)$/, '$1\n\nFilled\n\n$2');
    expect(filled).toBe(
      layout.replace('<ac:layout-cell></ac:layout-cell>', '<ac:layout-cell><p>Filled</p></ac:layout-cell>'),
    );
  });

  test('keeps the width of its columns in a table while there are as many', () => {
    expect(edit(tables, '| github |', '| forge |')).toContain(
      'width: 340.0px;" /><col style="width: 420.0px;" /></colgroup><tbody><tr><th>',
    );
    const wider = edit(
      tables,
      /\| \*\*Name\*\*[^⟦]*bare \| {2}\|/,
      '| A | B | C |\n| --- | --- | --- |\n| 1 | 2 | 3 |',
    );
    expect(wider).toContain('data-table-width="760" data-layout="default" ac:local-id="t1"><tbody>');
  });

  test.each<[what: string, native: string, cut: RegExp]>([
    ['a macro', macros, /⟦storage:macro-jira[^⟧]*⟧/],
    ['a mention', macros, /⟦storage:mention[^⟧]*⟧/],
    ['the end of a panel', macros, /⟦storage:end[^⟧]*⟧/],
    ['a column', layout, /⟦storage:layout-cell[^⟧]*⟧/],
    ['a table with merged cells', tables, /⟦storage:html-table[^⟧]*⟧/],
    ['a list of tasks', tasks, /⟦storage:task-list[^⟧]*⟧/],
    ['a picture', media, /⟦storage:image[^⟧]*⟧/],
    ['a link to an attachment', media, /⟦storage:link-attachment[^⟧]*⟧/],
    ['words with a comment on them', comments, /⟦storage:inline-comment[^⟧]*⟧/],
  ])('refuses to lose, change or double %s, and says which', (_, native, what) => {
    const before = storageDocument(native);
    const [shown = ''] = what.exec(before.text) ?? [];
    const name = /^⟦storage:([\w-]+:[0-9a-f]{8})/.exec(shown)?.[1] ?? '';
    const named = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(name) });
    const inside = shown.replace(/⟧$/, ' and more⟧');
    for (const text of [
      before.text.replace(shown, ''),
      before.text.replace(shown, inside),
      `${before.text}\n\n${shown}`,
    ]) {
      expect(() => editedStorage(before, text)).toThrow(named);
    }
  });

  test('refuses another order of its columns, and a column within a list', () => {
    const before = storageDocument(layout);
    const [one = '', other = ''] = before.text.match(/⟦storage:layout-cell:\w+⟧/g) ?? [];
    const swapped = before.text.replace(one, '⟦⟧').replace(other, one).replace('⟦⟧', other);
    expect(() => editedStorage(before, swapped)).toThrow(unsupported);
    expect(() => editedStorage(before, before.text.replace(other, `- ${other}`))).toThrow(unsupported);
  });

  test('moves a macro with its block', () => {
    const before = storageDocument(macros);
    const [, jira = ''] = /\n\n(⟦storage:macro-jira[^⟧]*⟧)/.exec(before.text) ?? [];
    const after = editedStorage(before, `${jira}\n\n${before.text.replace(`\n\n${jira}`, '')}`).native;
    expect(after.startsWith('<ac:structured-macro ac:name="jira" ac:schema-version="1" ac:macro-id="f6">')).toBe(true);
    expect(after.length).toBe(macros.length);
  });
});

describe('new Markdown', () => {
  test('is what Confluence stores', () => {
    expect(
      newStorage('# A\n\nb **c** `d<e>`\n\n- f\n\n```ts\ng && "h"\n```\n\n| i |\n| --- |\n| j |').native,
    ).toMatchInlineSnapshot(
      `"<h1>A</h1><p>b <strong>c</strong> <code>d&lt;e&gt;</code></p><ul><li><p>f</p></li></ul><ac:structured-macro ac:name="code"><ac:parameter ac:name="language">ts</ac:parameter><ac:plain-text-body><![CDATA[g && "h"]]></ac:plain-text-body></ac:structured-macro><table><tbody><tr><th><p>i</p></th></tr><tr><td><p>j</p></td></tr></tbody></table>"`,
    );
  });

  test.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[<script>]]></ac:plain-text-body></ac:structured-macro>',
    '[a](javascript:alert(1))',
    '![a](https://tracker.example/pixel.png)',
    '{html}<script>{html} {include:Secret}',
    '```html"><ac:structured-macro>\n]]><ac:structured-macro ac:name="html"/><![CDATA[\n```',
    '&lt;script&gt; &#60;script&#62; "><b>',
    '<!-- <p>a</p> -->',
  ])('never becomes a macro, a picture or HTML: %j', (text) => {
    const { native } = newStorage(text);
    const outside = native
      .replaceAll(/<!\[CDATA\[.*?\]\]>/gsu, '')
      .replaceAll('<ac:structured-macro ac:name="code">', '<pre>')
      .replaceAll('</ac:structured-macro>', '</pre>')
      .replaceAll(/<\/?ac:(?:plain-text-body|parameter)(?: ac:name="language")?>/g, '');
    expect(outside).not.toMatch(/<(?!\/?(?:p|strong|em|code|pre|br|a|ul|li)\b)/);
    expect(outside).not.toMatch(/<[^>]*(?:src|href="javascript)/);
  });

  test('with a placeholder of another page, or a character that no page can have, is refused', () => {
    expect(() => newStorage('⟦storage:mention:0123abcd @x⟧')).toThrow(unsupported);
    expect(() => newStorage('a\u0001b')).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
    expect(() => newStorage('a\ufffeb')).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
  });
});

describe('a document that cannot be read', () => {
  test.each([
    ['a tag that is not closed', '<p>a'],
    ['tags that cross', '<b><i>a</b></i>'],
    ['a declaration', '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>'],
    ['an entity that nobody knows', '<p>&unheard;</p>'],
    ['a processing instruction', '<?xml version="1.0"?><p/>'],
    ['a character that is none', '<p>&#0;</p>'],
    ['an attribute without quotes', '<p a=b>c</p>'],
    ['an attribute that is said twice', '<p a="b" a="c">d</p>'],
    ['something closed that is not open', '<p>a</p></div>'],
    ['too many levels', `${'<div>'.repeat(250)}${'</div>'.repeat(250)}`],
    ['a section that does not end', '<![CDATA[a'],
    ['a length that no page has', `<p>${'a'.repeat(10 * 1024 * 1024)}</p>`],
  ])('because of %s is refused, and nothing of it is told', (_, native) => {
    expect(() => storageDocument(native)).toThrow(unsupported);
    expect(() => storageDocument(native)).not.toThrow(/passwd|unheard/);
  });
});

test('a page of a megabyte is read and edited, whatever is in it', () => {
  const native = `${macros}<p>Some words of a long page.</p>`.repeat(350);
  const before = storageDocument(native);
  const after = editedStorage(before, before.text.replace('Some words', 'Other words')).native;
  expect(after).toBe(native.replace('Some words', 'Other words'));
}, 30_000);
