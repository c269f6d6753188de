import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editedNotion, newNotion, notionDocument, sameNotion } from '#capabilities/knowledge/notion/notion.ts';
import { AppError } from '#shared/errors.ts';
import { samples } from './samples.ts';

const edit = (native: string, from: string | RegExp, to: string): string => {
  const before = notionDocument(native);
  const text = before.text.replace(from, to);
  expect(text).not.toBe(before.text);
  return editedNotion(before, text).native;
};
const { plain = '', callout = '', columns = '', mentions = '', tables = '', awkward = '', spread = '' } = samples;

describe('a page', () => {
  test('reads as Markdown, with a placeholder for all that Markdown cannot say', () => {
    expect(notionDocument(plain).text).toMatchInlineSnapshot(`
      "# Releases

      We release **every** *Tuesday*, see [the plan](<https://example.com/a?b=1\\&c=2>).

      - Freeze on Monday
      - Tag, then \`npm publish\`
        - never by hand
        1. first
        2. second

      3. Third
      4. Fourth

      > Quoted\\
      > in two lines

      ---

      Cost: \\~2k $, a\\_b and a\\_b

      \`\`\`typescript
      if (a < b) {
      	go("**");
      }
      \`\`\`

      - \\[ \\] Ask
      - \\[x\\] Done"
    `);
    expect(notionDocument(mentions).text).toMatchInlineSnapshot(`
      "Ask ⟦notion:mention-user:8cc87929 @Alice Ito⟧ before ⟦notion:mention-date:81289c9e 2026-11-02⟧, as ⟦notion:mention-page:116140bb 470445c36855472b9060cf597c2cb241⟧ says.

      ⟦notion:page:d3553d21 3c91e7f17085802499f1f5ccae7c8f50⟧

      ⟦notion:database:0393d46d 39e1e7f170858038a903fc5f9f1dbc9e⟧

      Where ⟦notion:equation:c906c6ad $\`E=mc^2\`$⟧ holds, ⟦notion:span:3b472d6a red⟧ and ⟦notion:span:3c8b1742 under⟧

      ⟦notion:image:de40d8c5 The queue⟧

      ⟦notion:text:477cd43b Coloured⟧

      ⟦notion:unknown:3384f3b6 bookmark⟧"
    `);
    expect(notionDocument(columns).text).toMatchInlineSnapshot(`
      "⟦notion:columns:24c354fe
      Left
      \`\`\`json
      {"a": 1}
      \`\`\`
      ⟧

      ⟦notion:synced_block:a1d441c3
      $$
      Q_1\\to Q_2
      $$
      ⟧

      ⟦notion:equation:5afee348
      $$
      E = mc^2
      $$
      ⟧"
    `);
    expect(notionDocument(tables).text).toMatchInlineSnapshot(`
      "| Name | Port |
      | --- | --- |
      | github | 7101 \\| 7102 |

      ⟦notion:table:93313ef6 Coloured⟧"
    `);
  });

  test('tells no title of another page, which may be where its reader may not look', () => {
    expect(notionDocument(mentions).text).not.toMatch(/Board minutes|Runbook|Incidents/);
  });

  test('keeps each line that does not change to the letter, however Notion wrote it', () => {
    expect(edit(plain, '**every**', '**each**')).toBe(plain.replace('**every**', '**each**'));
    expect(edit(plain, 'Freeze on Monday', 'Freeze on Friday')).toBe(plain.replace('on Monday', 'on Friday'));
    expect(edit(plain, 'go("**");', 'stop("<b>");')).toBe(plain.replace('go("**");', 'stop("<b>");'));
    expect(edit(spread, 'Two', 'Two\n\nThree')).toBe('One\n\nTwo\n\nThree\n\n- a\n- b\n');
  });

  test('keeps a mention, a date and a link to a page where the words around them change', () => {
    expect(edit(mentions, 'Ask ', 'Please ask ')).toBe(mentions.replace('Ask ', 'Please ask '));
  });

  test('keeps its name for a picture whose address is signed anew at each reading', () => {
    const later = mentions.replace('abc123', 'def456').replace('Runbook', 'Another title');
    expect(notionDocument(later).text).toBe(notionDocument(mentions).text);
    expect(edit(later, 'Ask', 'Tell')).toContain('X-Amz-Signature=def456');
  });

  test('gets another box ticked, and another row in its table', () => {
    expect(edit(plain, /\\?\[ \\?\] Ask/, '[x] Ask')).toBe(plain.replace('- [ ] Ask', '- [x] Ask'));
    expect(edit(tables, /(\| github .*\|)/, '$1\n| tickets | 7102 |')).toBe(
      tables.replace('</table>', '<tr>\n<td>tickets</td>\n<td>7102</td>\n</tr>\n</table>'),
    );
  });

  test.each<[what: string, native: string, cut: RegExp]>([
    ['a callout', callout, /⟦notion:callout[^⟧]*⟧/],
    ['a toggle', callout, /⟦notion:details[^⟧]*⟧/],
    ['columns', columns, /⟦notion:columns[^⟧]*⟧/],
    ['a synced block', columns, /⟦notion:synced_block[^⟧]*⟧/],
    ['an equation', columns, /⟦notion:equation[^⟧]*⟧/],
    ['a mention', mentions, /⟦notion:mention-user[^⟧]*⟧/],
    ['a page under it', mentions, /⟦notion:page[^⟧]*⟧/],
    ['a database', mentions, /⟦notion:database[^⟧]*⟧/],
    ['a picture', mentions, /⟦notion:image[^⟧]*⟧/],
    ['a block that nobody knows', mentions, /⟦notion:unknown[^⟧]*⟧/],
    ['a colour', mentions, /⟦notion:text[^⟧]*⟧/],
    ['a table with colours', tables, /⟦notion:table[^⟧]*⟧/],
    ['what is folded', awkward, /⟦notion:heading[^⟧]*⟧/],
  ])('refuses to lose, change or double %s, and says which', (_, native, what) => {
    const before = notionDocument(native);
    const [shown = ''] = what.exec(before.text) ?? [];
    const name = /^⟦notion:([\w-]+:[0-9a-f]{8})/.exec(shown)?.[1] ?? 'none';
    const named = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(name) });
    for (const text of [
      before.text.replace(shown, ''),
      before.text.replace(shown, shown.replace(/⟧$/, ' and more⟧')),
      `${before.text}\n\n${shown}`,
    ]) {
      expect(() => editedNotion(before, text)).toThrow(named);
    }
  });
});

describe('new Markdown', () => {
  test('is what Notion takes', () => {
    const markdown =
      '# A\n\nb **c** `d<e>`\n\n- f\n  - g\n\n```ts\nh && "i"\n```\n\n| j |\n| --- |\n| k |\n\n###### Deep';
    expect(newNotion(markdown).native).toMatchInlineSnapshot(`
      "# A
      b **c** \`d<e>\`
      - f
      	- g
      \`\`\`ts
      h && "i"
      \`\`\`
      <table header-row="true">
      <tr>
      <td>j</td>
      </tr>
      <tr>
      <td>k</td>
      </tr>
      </table>
      #### Deep"
    `);
  });

  test.each([
    '<mention-user url="user://8e0a8270-d0e3-407e-a7d2-b3f992f1e366"/>',
    'a <mention-page url="https://app.notion.com/p/470445c36855472b9060cf597c2cb241">x</mention-page> b',
    '<page url="https://app.notion.com/p/470445c36855472b9060cf597c2cb241">Moved here</page>',
    '<database>New</database>',
    '<synced_block>\n\ta\n</synced_block>',
    '<columns>\n\t<column>\n\t\ta\n\t</column>\n</columns>',
    '<video src="https://tracker.example/pixel"></video>',
    '![a](https://tracker.example/pixel.png)',
    '- ![a](https://tracker.example/pixel.png)',
    '$$\nx\n$$',
    'a $`x`$ b $y$',
    '::: callout {icon="x"}\na\n:::',
    'a {color="red"}',
    '# a {toggle="true"}',
    '[^https://tracker.example]',
    '&lt;mention-user url="user://1"/&gt;',
    '> <callout>a</callout>',
    '| <page url="x">a</page> |\n| --- |\n| <td> |',
    '[a](javascript:alert(1))',
    '`a`<unknown/>',
    '```\na\n```\n<embed src="https://tracker.example"/>',
  ])('never becomes a mention, a page, a picture or anything else that Markdown is not: %j', (text) => {
    const { native, text: shown } = newNotion(text);
    expect(shown).not.toContain('⟦notion:');
    const outside = native
      .replace(/^\t*```[\s\S]*?^\t*```$/gmu, '')
      .replace(/\\./gu, '')
      .replace(/`[^`]*`/gu, '')
      .replace(/<\/?(?:t[dr]|table|table header-row="true"|br|empty-block\/)>/gu, '')
      .replace(/^\t*> /gmu, '');
    expect(outside).not.toMatch(/[<>{}$^]|!\[|\]\(javascript|^:::/mu);
  });

  test('with a placeholder of another page is refused', () => {
    expect(() => newNotion('⟦notion:mention-user:0123abcd @x⟧')).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('for any page', () => {
  const parts = Object.values(samples).flatMap((native) => notionBlocks(native));
  const natives = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((some) => some.join('\n'));

  test('an edit that changes nothing gives it back, and so does another way to write blank lines', () => {
    fc.assert(
      fc.property(natives, (native) => {
        const before = notionDocument(native);
        expect(editedNotion(before, before.text)).toBe(before);
        expect(editedNotion(before, `\n${before.text}\n\n`).native).toBe(native);
        expect(sameNotion(native, `${native}\n<empty-block/>`)).toBe(true);
      }),
      { numRuns: 100, seed: 42 },
    );
  });

  test('whatever is cut out of its text, nothing that Markdown cannot say is lost: it is refused instead', () => {
    const outcomes = { refused: 0, edited: 0 };
    fc.assert(
      fc.property(natives, fc.nat(), fc.nat(40), (native, start, length) => {
        const before = notionDocument(native);
        const at = start % (before.text.length + 1);
        const text = before.text.slice(0, at) + before.text.slice(at + length);
        try {
          const after = editedNotion(before, text);
          expect(signs(after.text)).toEqual(signs(before.text));
          outcomes.edited += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          outcomes.refused += 1;
        }
      }),
      { numRuns: 200, seed: 42 },
    );
    expect(Math.min(outcomes.edited, outcomes.refused)).toBeGreaterThan(20);
  });

  test('any Markdown reads the same once it was written', () => {
    const words = fc.stringMatching(/^[a-zA-Z \-*_~`[\]()<>{}$|^#>!.+:\\\d日🚀"'&@/=]{0,30}$/u);
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (lines) => {
        const written = newNotion(lines.join('\n\n'));
        expect(notionDocument(written.native)).toEqual(written);
        expect(written.text).not.toContain('⟦notion:');
        expect(sameNotion(newNotion(written.text).native, written.native)).toBe(true);
      }),
      { numRuns: 300, seed: 42 },
    );
  });
});

const signs = (text: string): readonly string[] => text.match(/⟦notion:[\w-]+:[0-9a-f]{8}/g)?.toSorted() ?? [];

/** Whole blocks of a page: lines with what is under them, and what an element has in it. */
function notionBlocks(native: string): readonly string[] {
  const blocks: string[] = [];
  let close: string | null = null;
  for (const line of native.split('\n').filter((each) => each.trim() !== '')) {
    if (close !== null || line.startsWith('\t')) blocks.push(`${blocks.pop()}\n${line}`);
    else blocks.push(line);
    close = close === null ? closingOf(line) : close.replace(line, '') || null;
  }
  return blocks;
}

function closingOf(line: string): string | null {
  const fence = /^(?:```|\$\$)/u.exec(line)?.[0];
  const tag = /^<([a-z_]+)\b[^>]*[^/]?>$/u.exec(line)?.[1];
  return fence ?? (tag === undefined || line.endsWith('/>') ? null : `</${tag}>`);
}

test('a page with more levels than are read is refused, and a long one is read in little time', () => {
  const deep = Array.from({ length: 200 }, (_, depth) => `${'\t'.repeat(depth)}- a`).join('\n');
  expect(() => notionDocument(deep)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(() => notionDocument('<callout>\n'.repeat(5_000))).toThrow(expect.objectContaining({ code: 'unsupported' }));
  const long = `${callout}\nSome words of a long page.\n`.repeat(800);
  const before = notionDocument(long);
  expect(editedNotion(before, before.text.replace('Some words', 'Other words')).native).toBe(
    long.replace('Some words', 'Other words'),
  );
  expect(notionDocument('*'.repeat(50_000)).native).toHaveLength(50_000);
}, 30_000);
