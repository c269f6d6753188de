import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sectionsOf } from '#capabilities/knowledge/sections.ts';
import { AppError } from '#shared/errors.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { carryOut, propose } from './drive.ts';

const page = '# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour\n';

/** What a page says once a section of it was changed. */
async function changed(text: string, section: Record<string, unknown>): Promise<string> {
  const wiki = new FakeKnowledge();
  const id = wiki.add('handbook', { title: 'Install', text });
  const { revision } = await wiki.page(id);
  await carryOut(wiki, await propose(wiki, 'update_page', { page: id, expected_version: revision.id, section }));
  return (await wiki.page(id)).body.text;
}

describe('a section', () => {
  test('gets another text, with all that is under its heading', async () => {
    expect(await changed(page, { heading: 'B', how: 'replace', text: 'new\n\n- a\n' })).toBe(
      '# A\n\none\n\n## B\n\nnew\n\n- a\n\n## D\n\nfour\n',
    );
    expect(await changed(page, { heading: 'D', how: 'replace', text: 'new' })).toBe(page.replace('four', 'new'));
  });

  test('gets more text at its end, after the sections under it', async () => {
    expect(await changed(page, { heading: 'B', how: 'append', text: 'more' })).toBe(
      page.replace('three\n', 'three\n\nmore\n'),
    );
    expect(await changed('# A\n# B\n', { heading: 'A', how: 'append', text: 'x' })).toBe('# A\n\nx\n\n# B\n');
    expect(await changed('# A', { heading: 'A', how: 'append', text: 'x' })).toBe('# A\n\nx');
  });

  test('goes with its heading, or is emptied', async () => {
    expect(await changed(page, { heading: ['A', 'B'], how: 'remove' })).toBe('# A\n\none\n\n## D\n\nfour\n');
    expect(await changed(page, { heading: 'C', how: 'replace', text: '' })).toBe(page.replace('three\n\n', ''));
  });

  test('keeps the line ends of its page', async () => {
    const windows = page.replaceAll('\n', '\r\n');
    expect(await changed(windows, { heading: 'D', how: 'append', text: 'a\nb' })).toBe(`${windows}\r\na\r\nb\r\n`);
  });

  test('stays apart from a heading that is underlined', async () => {
    const underlined = 'x\n# A\nB\n===\ny\n';
    expect(await changed(underlined, { heading: 'A', how: 'replace', text: 'z' })).toBe('x\n# A\n\nz\n\nB\n===\ny\n');
    expect(await changed(underlined, { heading: 'A', how: 'remove' })).toBe('x\n\nB\n===\ny\n');
  });

  test('is not changed where no heading, or more than one, is of that name', async () => {
    const twice = '# A\n\n## X\n\n# B\n\n## X\n';
    await expect(changed(twice, { heading: 'X', how: 'remove' })).rejects.toThrow(/2 times \(lines 3, 7\)/);
    expect(await changed(twice, { heading: ['B', 'X'], how: 'remove' })).toBe('# A\n\n## X\n\n# B\n\n');
    await expect(changed(page, { heading: 'b', how: 'remove' })).rejects.toThrow(/Like it there: "A" > "B"/);
  });

  test('takes no text that would take in what comes after it', async () => {
    for (const open of ['```\ncode', '<!-- note', '<pre>']) {
      const error = await changed(page, { heading: 'B', how: 'append', text: open }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'invalid_arguments', next: expect.stringContaining('Close it') });
    }
    expect(await changed(page, { heading: 'D', how: 'append', text: '```\ncode' })).toMatch(/code\n$/);
  });

  test('wants a text to replace or append, and none to remove', async () => {
    await expect(changed(page, { heading: 'B', how: 'remove', text: 'x' })).rejects.toThrow(/none to remove/);
    await expect(changed(page, { heading: 'B', how: 'append' })).rejects.toThrow(/must have a text/);
  });
});

const line = fc.constantFrom(
  '',
  'word',
  '# A',
  '## B',
  '### C',
  '---',
  '- item',
  '> quote',
  '    code',
  '```',
  '<div>',
  'é ⟦x⟧',
  'T\n===',
);
const anyPage = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, isEnded]) => lines.join('\n').replaceAll('\n', end) + (isEnded ? end : ''));
const anyText = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));

test('leaves every character outside of a section as it is, whatever the page and the new text are', async () => {
  const how = fc.constantFrom('replace', 'append', 'remove');
  await fc.assert(
    fc.asyncProperty(anyPage, anyText, how, fc.nat(), async (text, put, way, index) => {
      const sections = sectionsOf(text);
      const section = sections[index % Math.max(1, sections.length)];
      fc.pre(section !== undefined);
      if (section === undefined) return;
      const wanted = { heading: [...section.path], how: way, ...(way !== 'remove' && { text: put }) };
      const result = await changed(text, wanted).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'invalid_arguments') return null;
        throw error;
      });
      fc.pre(result !== null);
      if (result === null) return;
      expect(result.startsWith(text.slice(0, way === 'remove' ? section.start : section.body))).toBe(true);
      expect(result.endsWith(text.slice(section.end))).toBe(true);
    }),
    { numRuns: 150 },
  );
});
