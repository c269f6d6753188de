import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { effectViews } from '#servers/approvals/view/effects.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import type { FileEffect } from '#shared/tools/index.ts';
import { type Body, type Suite, startSuite } from './kit.ts';

/** What an approver is shown of a proposal, by path. */
async function shownOf(suite: Suite, args: Parameters<Suite['proposeFiles']>[0]): Promise<{ [path: string]: Body }> {
  const { body } = await suite.ask(`/api/changes/${await suite.proposeFiles(args)}`);
  const files = body.content.effects.filter(({ kind }: Body) => kind === 'file');
  return Object.fromEntries(files.map((file: Body) => [file.path, file]));
}

const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');

describe('the content of a change', () => {
  test('is a difference with every line of a file and where it stands', async () => {
    const suite = await startSuite();
    const files = [{ path: 'src/app.ts', content: 'one\n2\nthree\nfour' }];
    const { 'src/app.ts': file } = await shownOf(suite, { files });
    expect(file).toMatchObject({
      before: { mode: '100644', bytes: 14, line_ends: 'LF', binary: false },
      after: { bytes: 16, sha256: sha256('one\n2\nthree\nfour') },
      moved_from: null,
      diff: {
        before_lines: 3,
        after_lines: 4,
        added: 2,
        removed: 1,
        matched: true,
        hunks: [
          {
            old_start: 1,
            new_start: 1,
            lines: [' one', '-two', '+2', ' three', '+four', '\\ No newline at end of file'],
          },
        ],
      },
    });
  });

  test('tells what is new, gone, moved, and moved unchanged', async () => {
    const suite = await startSuite();
    const shown = await shownOf(suite, {
      files: [
        { path: 'new.txt', content: 'hi\n' },
        { path: 'src/app.ts', delete: true },
        { path: 'docs/README.md', move_from: 'README.md' },
      ],
    });
    expect(shown['new.txt']).toMatchObject({ before: null, diff: { added: 1, removed: 0 } });
    expect(shown['src/app.ts']).toMatchObject({ after: null, moved_to: null, diff: { added: 0, removed: 3 } });
    expect(shown['README.md']).toMatchObject({ after: null, moved_to: 'docs/README.md', diff: null });
    expect(shown['docs/README.md']).toMatchObject({ before: null, moved_from: 'README.md', diff: null });
  });

  test('holds a file that one of several commits moves against what the commit before it left', () => {
    const texts = new Map(['1\n', '2\n', '3\n'].map((text) => [sha256(Buffer.from(text)), text]));
    const state = (text: string) => ({
      ...{ content: { sha256: sha256(Buffer.from(text)), bytes: 2 }, mode: '100644' as const, binary: false },
    });
    const [one, two, three] = [state('1\n'), state('2\n'), state('3\n')];
    const file = (path: string, more: Pick<FileEffect, 'before' | 'after'> & Partial<FileEffect>): FileEffect => ({
      ...{ kind: 'file', path, ...more },
    });
    const effects = [
      file('new', { before: null, after: three, movedFrom: 'old' }),
      file('old', { before: one, after: null }),
      file('old', { before: one, after: two, commit: 1 }),
      file('new', { before: null, after: three, movedFrom: 'old', commit: 2 }),
      file('old', { before: two, after: null, commit: 2 }),
    ];
    const views = effectViews(effects, { text: ({ sha256: digest }) => texts.get(digest) ?? null });
    const lines = views.map((view) => (view.kind === 'file' ? view.diff?.hunks[0]?.lines : undefined));
    expect(lines).toEqual([['-1', '+3'], ['-1'], ['-1', '+2'], ['-2', '+3'], ['-2']]);
  });

  test('shows of a field with several lines what differs, and of a short or new one both sides', () => {
    const field = (before: string | null, after: string) => ({
      ...{ kind: 'field' as const, target: 'ticket WEB-12', field: 'description' },
      ...{ before, after },
    });
    const effects = [field('a\nb\nc', 'a\nB\u202e\nc'), field('a', 'b'), field(null, 'a\nb')];
    const [long, ...others] = effectViews(effects, { text: () => null });
    expect(long).toMatchObject({
      before: 'a\nb\nc',
      diff: { hunks: [{ lines: [' a', '-b', expect.stringMatching(/^\+B⟨U\+202E /), ' c'] }], added: 1, removed: 1 },
    });
    for (const other of others) expect(other).not.toHaveProperty('diff');
    expect(effectViews(effects, { text: () => null }, { lines: 3 })[0]).not.toHaveProperty('diff');
  });

  test('shows a long text of something like a field, and what it was once its contents were dropped', () => {
    const texts = new Map(['a\nb\n', 'a\nB\n'].map((text) => [sha256(Buffer.from(text)), text]));
    const ref = (text: string) => ({ sha256: sha256(Buffer.from(text)), bytes: text.length });
    const effect = { kind: 'text' as const, target: 'page "Install"', field: 'text' };
    const effects = [
      { ...effect, before: ref('a\nb\n'), after: ref('a\nB\n') },
      { ...effect, before: null, after: ref('a\nb\n') },
    ];
    const shown = effectViews(effects, { text: ({ sha256: digest }) => texts.get(digest) ?? null });
    expect(shown).toMatchObject([
      { kind: 'field', field: 'text', diff: { hunks: [{ lines: [' a', '-b', '+B'] }] } },
      { kind: 'field', before: null, after: 'a\nb\n' },
    ]);
    const [, dropped] = effectViews(effects, { text: () => null });
    expect(dropped).toMatchObject({ before: null, after: expect.stringMatching(/^4 bytes, SHA-256 /) });
  });

  test('says of a file that is not text that it is none, with its size and digest', async () => {
    const suite = await startSuite();
    const bytes = Buffer.from([137, 80, 78, 71, 0, 255]);
    const { 'logo.png': file } = await shownOf(suite, {
      files: [{ path: 'logo.png', base64: bytes.toString('base64') }],
    });
    expect(file).toMatchObject({ before: null, diff: null });
    expect(file.after).toEqual({ mode: '100644', bytes: 6, sha256: sha256(bytes), binary: true, line_ends: null });
  });

  test('shows a long file with every change, and counts what is left out', async () => {
    const suite = await startSuite();
    suite.repository.push('main', { 'long.txt': many(5_000, (index) => `line ${index}`) });
    const files = [
      { path: 'long.txt', edits: [10, 4_990].map((index) => ({ find: `line ${index}\n`, replace: 'changed\n' })) },
    ];
    const { 'long.txt': file } = await shownOf(suite, { files });
    expect(file.diff).toMatchObject({ before_lines: 5_000, after_lines: 5_000, added: 2, removed: 2 });
    expect(file.diff.hunks.map((hunk: Body) => [hunk.old_start, hunk.new_start, hunk.lines.length])).toEqual([
      [8, 8, 8],
      [4_988, 4_988, 8],
    ]);
  });

  test('shows all of both texts where they cannot be matched in time', async () => {
    const suite = await startSuite();
    suite.repository.push('main', { 'long.txt': many(30_000, (index) => `a${index}`) });
    const files = [{ path: 'long.txt', content: many(30_000, (index) => `b${index}`) }];
    const { 'long.txt': file } = await shownOf(suite, { files });
    expect(file.diff).toMatchObject({ matched: false, added: 30_000, removed: 30_000 });
    expect(file.diff.hunks[0].lines).toHaveLength(60_000);
  });

  test('says once that lines end with CRLF, and shows where that changes', async () => {
    const suite = await startSuite();
    suite.repository.push('main', { 'dos.txt': 'a\r\nb\r\n', 'unix.txt': 'a\nb\n' });
    const shown = await shownOf(suite, {
      files: [
        { path: 'dos.txt', content: 'a\r\nc\r\n' },
        { path: 'unix.txt', content: 'a\r\nb\n' },
      ],
    });
    expect(shown['dos.txt'].diff.hunks[0].lines).toEqual([' a', '-b', '+c']);
    expect(shown['dos.txt'].after.line_ends).toBe('CRLF');
    expect(shown['unix.txt'].diff.hunks[0].lines).toEqual(['-a', '+a⟨U+000D CARRIAGE RETURN⟩', ' b']);
    expect(shown['unix.txt'].after.line_ends).toBe('mixed');
  });

  test('spells out hidden characters everywhere: paths, titles, lines, reasons', async () => {
    const suite = await startSuite();
    const id = await suite.proposeFiles({
      title: 'Ti\u202etle',
      reason: 'be\u200bcause',
      files: [{ path: 'a\u200b.ts', content: 'x \u2066y\n' }],
    });
    const { body } = await suite.ask(`/api/changes/${id}`);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/[\u202e\u200b\u2066]/);
    expect(body.summary).toContain('Ti⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩tle');
    expect(body.reason).toBe('be⟨U+200B ZERO WIDTH SPACE⟩cause');
    expect(text).toContain('a⟨U+200B ZERO WIDTH SPACE⟩.ts');
    expect(text).toContain('+x ⟨U+2066 LEFT-TO-RIGHT ISOLATE⟩y');
    const list = JSON.stringify((await suite.ask('/api/changes')).body);
    expect(list).not.toMatch(/[\u202e\u200b\u2066]/);
  });
});
