import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headingsOf, sectionAt, sectionsOf } from '#capabilities/knowledge/sections.ts';

const levels = (text: string): string =>
  headingsOf(text)
    .map(({ level }) => level)
    .join();
const page = '# Guide\n\nIntro.\n\n## Install\n\nAll.\n\n### Linux\n\nOne.\n\n## Use\n\n### Linux\n\nTwo.\n';

describe('headings', () => {
  test('have their level, their text, those above them, and their line', () => {
    expect(headingsOf(page)).toEqual([
      { level: 1, text: 'Guide', path: ['Guide'], line: 1 },
      { level: 2, text: 'Install', path: ['Guide', 'Install'], line: 5 },
      { level: 3, text: 'Linux', path: ['Guide', 'Install', 'Linux'], line: 9 },
      { level: 2, text: 'Use', path: ['Guide', 'Use'], line: 13 },
      { level: 3, text: 'Linux', path: ['Guide', 'Use', 'Linux'], line: 15 },
    ]);
  });

  test.each([
    ['# One ##', 'One'],
    ['#   Two  #  ', 'Two'],
    ['   ### A # B', 'A # B'],
    ['# C#', 'C#'],
    ['Under\nlined\n===', 'Under lined'],
    ['Lined\r\n---\r\n', 'Lined'],
    ['# Zero\u200bwidth\u202e', 'Zerowidth'],
    ['#\tTab', 'Tab'],
    ['## ', ''],
    ['# 見出し', '見出し'],
  ])('%j reads %j', (text, heading) => {
    expect(headingsOf(text).map((each) => each.text)).toEqual([heading]);
  });

  test.each([
    ['code', '```sh\n# comment\n```\n# Real'],
    ['code within code', '````\n```\n# no\n```\n````\n# Real'],
    ['code of tildes that a backtick does not end', '~~~\n```\n# no\n~~~\n# Real'],
    ['indented code', 'Text\n\n    # no\n\n# Real'],
    ['an item of a list', '- item\n  # no\n\n# Real'],
    ['code in an item that begins it', '- ```\n  # no\n  ```\n\n# Real'],
    ['a quote', '> # no\n\n# Real'],
    ['a comment of HTML', '<!--\n# no\n\n# no\n-->\n# Real'],
    ['a script', '<script>\n\n# no\n\n</script>\n# Real'],
    ['a block of HTML', '<div>\n# no\n</div>\n\n# Real'],
    ['what has no blank after its signs', '#no\n\n# Real'],
    ['seven signs', '####### no\n\n# Real'],
    ['data before the text', '---\ntitle: x\n# no\n---\n# Real'],
    ['a rule', 'Text\n\n---\n\n# Real'],
    ['a table', 'a | b\n--- | ---\n1 | 2\n\n# Real'],
  ])('are not in %s', (_what, text) => {
    expect(headingsOf(text).map((each) => each.text)).toEqual(['Real']);
  });

  test('come after code that is not ended by a shorter fence, and never after one that is not ended at all', () => {
    expect(levels('````\n```\n# no')).toBe('');
    expect(levels('```\n# no\n ``` \n## Yes')).toBe('2');
  });

  test('are found in one pass, whatever is in ten megabytes', () => {
    const hard = ['# ', '#'.repeat(100_000), `${' '.repeat(200_000)}x`, '- '.repeat(100_000), '> '.repeat(100_000)];
    const text = [
      ...hard,
      '-'.repeat(500_000),
      'word\n'.repeat(500_000),
      '# '.padEnd(500_000),
      '<'.repeat(500_000),
    ].join('\n');
    const many = `${text}\n${'# a\n## b\n'.repeat(400_000)}`;
    expect(headingsOf(many).length).toBeGreaterThan(800_000);
  });
});

describe('a section', () => {
  test('goes to the next heading of its level, or of one above', () => {
    const of = (path: string[]): string => {
      const { start, end } = sectionAt('the page', page, path);
      return page.slice(start, end);
    };
    expect(of(['Install'])).toBe('## Install\n\nAll.\n\n### Linux\n\nOne.\n\n');
    expect(of(['Use', 'Linux'])).toBe('### Linux\n\nTwo.\n');
    expect(of(['Guide'])).toBe(page);
    const { body, end } = sectionAt('the page', page, ['Guide', 'Install', 'Linux']);
    expect(page.slice(body, end)).toBe('\nOne.\n\n');
  });

  test('that is named by a heading which is there twice is refused, with the lines', () => {
    expect(() => sectionAt('"A page"', page, ['Linux'])).toThrow(
      'The section "Linux" of "A page" is there 2 times (lines 9, 15).',
    );
  });

  test('that is not there is refused, with what is like it', () => {
    expect(() => sectionAt('"A page"', page, ['linux'])).toThrow('Like it there: "Guide" > "Install" > "Linux"');
    expect(() => sectionAt('"A page"', page, ['Nothing'])).toThrow('Its headings begin with: "Guide"');
    expect(() => sectionAt('"A page"', 'No headings', ['Nothing'])).toThrow('It has no headings.');
    expect(() => sectionAt('"A page"', page, [])).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
  });

  test('lies within the text, begins with its heading, and holds each that is under it', () => {
    const line = fc.constantFrom(
      '# A',
      '## B',
      '### C',
      'text',
      '',
      '```',
      '- item',
      '> quote',
      'under',
      '===',
      '---',
      '<!--',
      '-->',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        for (const [index, section] of sectionsOf(text).entries()) {
          expect(section.start).toBeLessThan(section.body);
          expect(section.body).toBeLessThanOrEqual(section.end);
          expect(text.slice(0, section.start).split('\n')).toHaveLength(section.line);
          const next = sectionsOf(text)[index + 1];
          if (next === undefined) continue;
          const isUnder = next.start < section.end;
          expect(isUnder).toBe(next.level > section.level);
          if (isUnder) expect(next.end).toBeLessThanOrEqual(section.end);
        }
      }),
    );
  });
});
