import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { headingAt, headingIn, keptHeadings } from '#servers/knowledge/embedded/search/headings.ts';
import { passagesOf } from '#servers/knowledge/embedded/search/passages.ts';
import { linesOf, packed } from '#servers/knowledge/embedded/store/packing.ts';

const ranges = (text: string) => passagesOf(text).map(({ first, last, heading }) => [first, last, heading]);

describe('the passages of a page', () => {
  test('are its sections, with the headings above them', () => {
    expect(ranges('before\n\n# A\n\none\n\n## B\ntwo\n\n# C\n\nthree')).toEqual([
      ...[
        [1, 2, ''],
        [3, 6, 'A'],
        [7, 9, 'A / B'],
        [10, 12, 'C'],
      ],
    ]);
  });

  test('do not begin at what only looks like a heading in code', () => {
    expect(ranges('# A\n\n```\n# no\n```\nend')).toEqual([[1, 6, 'A']]);
  });

  test('are cut at blank lines where they are long, in any case somewhere, and in no line', () => {
    const paragraph = `${'word '.repeat(100)}\n\n`;
    const cut = passagesOf(paragraph.repeat(10));
    expect(cut.length).toBe(4);
    for (const { text } of cut) expect(text.length).toBeLessThan(2_000);
    expect(passagesOf('line of some words\n'.repeat(1_000)).length).toBeGreaterThan(5);
    expect(ranges('x'.repeat(50_000))).toEqual([[1, 1, '']]);
  });

  test('are one for a page without any text', () => {
    for (const text of ['', '\n\n', '   '])
      expect(passagesOf(text)).toMatchObject([{ first: 1, heading: '', text: '' }]);
  });

  test('have the beginning of a heading that is as long as a page, and not all of it each', () => {
    for (const text of [`${'word\n'.repeat(50_000)}===\n`, `# ${'word '.repeat(50_000)}\n${'text\n'.repeat(50_000)}`]) {
      const all = passagesOf(text);
      expect(all.length).toBeGreaterThan(50);
      for (const { heading } of all) expect(heading).toMatch(/^word word .{150,200}$/u);
      expect(all.map((each) => each.text).join('\n')).toBe(text);
    }
  });

  test('leave no line out, and are not endless', () => {
    const text = '# a\n'.repeat(100_000);
    const all = passagesOf(text);
    expect(all.length).toBeLessThan(1_500);
    expect(all.map((each) => each.text).join('\n')).toBe(text);
  });
});

test('a line of a passage is under the same heading without the page as with it, however many headings there are', () => {
  const dense = Array.from({ length: 300 }, (_, at) => `${'#'.repeat((at % 3) + 1)} Heading ${at}\n\nof **${at}**\n`);
  for (const text of [
    dense.join(''),
    'before\n\nTitle\n===\n\n```\n# no\n```\n',
    `# ${'long '.repeat(500)}\n\nend`,
    '',
  ]) {
    const passages = passagesOf(text);
    const kept = keptHeadings(text, passages);
    passages.forEach(({ first, last }, at) => {
      for (let line = first; line <= last; line += 1) {
        const own = kept[at] ?? null;
        if (own !== null) expect([line, headingIn(own, line)]).toEqual([line, headingAt(text, line)]);
      }
    });
    expect(kept.filter((each) => each === null).length).toBe(text.includes('long long') ? passages.length : 0);
  }
});

test('some lines of a packed text are those of the text, wherever it was cut', () => {
  const lines = Array.from({ length: 3_000 }, (_, at) => (at % 7 === 0 ? '' : `line ${at} 急須 😀`));
  for (const text of [lines.join('\n'), `${lines.join('\n')}\n`, 'x'.repeat(20_000), '\n', '']) {
    const all = text.split('\n');
    const kept = packed(text);
    expect(inflateRawSync(kept.bytes).toString()).toBe(text);
    for (const [first, last] of [
      [1, 1],
      [1, all.length],
      [130, 700],
      [699, 700],
      [all.length, all.length],
    ] as const) {
      expect(linesOf(kept, { first, last })).toEqual(all.slice(first - 1, last));
    }
  }
});
