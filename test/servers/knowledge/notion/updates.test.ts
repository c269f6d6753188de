import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textChange } from '#servers/knowledge/notion/updates.ts';

/** A text after a change, as Notion makes it: each part at the first place that has its words. */
function changed(text: string, change: ReturnType<typeof textChange>): string {
  if (change.kind === 'none') return text;
  if (change.kind === 'append') return change.text;
  return change.updates.reduce((now, { old_str, new_str }) => {
    expect(now).toContain(old_str);
    return now.replace(old_str, () => new_str);
  }, text);
}

/** The words that the parts of a change replace. */
const replaced = (before: string, after: string): readonly string[] => {
  const change = textChange(before, after);
  return change.kind === 'update' ? change.updates.map(({ old_str }) => old_str) : [];
};

test('only what changed is sent, with as much around it as makes it the only place', () => {
  expect(textChange('a\nb\nc', 'a\nB\nc')).toEqual({ kind: 'update', updates: [{ old_str: 'b', new_str: 'B' }] });
  const page = 'Intro\n# One\nSame\n# Two\nSame\nEnd';
  expect(textChange(page, page.replace(/Same\nEnd/, 'Other\nEnd'))).toEqual({
    kind: 'update',
    updates: [{ old_str: '# Two\nSame', new_str: '# Two\nOther' }],
  });
  expect(textChange('one\ntwo\nthree\nfour\nfive', 'ONE\ntwo\nthree\nfour')).toEqual({
    kind: 'update',
    updates: [
      { old_str: 'one', new_str: 'ONE' },
      { old_str: 'four\nfive', new_str: 'four' },
    ],
  });
});

test('what is no words is left alone where something is put beside it', () => {
  const page = '<callout>\n\tRead\n</callout>\nWords\n<page url="x">y</page>';
  expect(replaced(page, page.replace('Words', 'Words\nMore'))).toEqual(['Words']);
  expect(replaced(page, page.replace('Words', 'New\nWords'))).toEqual(['Words']);
  expect(replaced(page, `New\n${page}`)).toHaveLength(1);
});

test('an empty page is added to, and one that is emptied says what it had', () => {
  expect(textChange('', 'a')).toEqual({ kind: 'append', text: 'a' });
  expect(textChange('a\nb', '')).toEqual({ kind: 'update', updates: [{ old_str: 'a\nb', new_str: '' }] });
  expect(textChange('a', 'a')).toEqual({ kind: 'none' });
});

test('whatever changes, and however often the same words are there, the page becomes what is wanted', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'ab', '', '- a', '<page/>', 'abc', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const [before, after] = [one.join('\n'), other.join('\n')];
      if (before.trim() !== '') expect(changed(before, textChange(before, after))).toBe(after);
    }),
    { numRuns: 500, seed: 42 },
  );
});

test('more parts than Notion takes at once are sent as fewer', () => {
  const before = Array.from({ length: 400 }, (_, index) => `line ${index}`);
  const after = before.map((line, index) => (index % 2 === 0 ? line : `${line}!`)).join('\n');
  const change = textChange(before.join('\n'), after);
  expect(changed(before.join('\n'), change)).toBe(after);
  expect(change).toMatchObject({ updates: [expect.anything()] });
});
