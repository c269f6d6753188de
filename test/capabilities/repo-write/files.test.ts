import { describe, expect, test } from 'vitest';
import { applyEdits } from '#capabilities/common/edits.ts';
import type { RepoState } from '#capabilities/repo/types.ts';
import { planFiles } from '#capabilities/repo-write/apply.ts';
import { asksOf, fileChanges } from '#capabilities/repo-write/file-changes.ts';
import { stageContents } from '#shared/changes/contents.ts';
import { blobId } from '#test/fakes/repository.ts';

describe('edits', () => {
  const edit = (text: string, ...edits: (readonly [find: string, replace: string])[]) =>
    applyEdits(
      'a.txt',
      text,
      edits.map(([find, replace]) => ({ find, replace })),
    );

  test('replace what is there once, one after the other', () => {
    expect(edit('a b c', ['b', 'x'], ['x c', 'y'])).toBe('a y');
    expect(edit('a\nb\n', ['b\n', ''])).toBe('a\n');
    expect(edit('a', ['a', '$& $1 $$'])).toBe('$& $1 $$');
  });

  test('keep the line endings of a file with CRLF', () => {
    expect(edit('a\r\nb\r\nc\r\n', ['a\nb', 'x\ny\nz'])).toBe('x\r\ny\r\nz\r\nc\r\n');
    expect(edit('a\r\nb\r\n', ['b', 'x\ny'])).toBe('a\r\nx\r\ny\r\n');
    expect(edit('a\r\nb\r\n', ['a\r\n', ''])).toBe('b\r\n');
  });

  test('take a file with both kinds of line ending as it stands', () => {
    expect(edit('a\r\nb\n', ['b\n', 'x\ny\n'])).toBe('a\r\nx\ny\n');
    expect(edit('a\r\nb\nc\r\n', ['a\nb\nc', 'a\nx\nc'])).toBe('a\r\nx\nc\r\n');
    expect(edit('a\r\nb\n', ['a', 'x\ny'])).toBe('x\r\ny\r\nb\n');
    expect(() => edit('a\r\nb\na\nb\n', ['a\nb', 'x'])).toThrow('matches 2 times (lines 1, 3)');
    expect(edit('a\r\nb\na\nb\n', ['a\r\nb', 'x\ny'])).toBe('x\ny\na\nb\n');
  });

  test('leave a missing last line break missing', () => {
    expect(edit('a\nb', ['a', 'x'])).toBe('x\nb');
  });

  test('refuse what is there more than once, overlapping too, naming the lines and no content', () => {
    expect(() => edit('secret\nsecret\nx secret', ['secret', 'y'])).toThrow(
      'edits[0].find in "a.txt" matches 3 times (lines 1, 2, 3).',
    );
    expect(() => edit('aaa', ['aa', 'b'])).toThrow(/matches 2 times/);
    expect(() => edit('a b', ['a', 'x'], ['z', 'y'])).toThrow('edits[1].find in "a.txt" matches nothing.');
  });

  test('say in which line each match is, the first ten of many', () => {
    expect(() => edit('x\n'.repeat(12), ['x', 'y'])).toThrow(
      /12 times \(lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and more\)/,
    );
  });
});

describe('edits of long runs', () => {
  const zeros = '0'.repeat(400_000);
  const half = '0'.repeat(100_000);

  // Each of these took seconds or tens of seconds with the engine's own search, in which nobody else was answered.
  test.each([
    ['found everywhere', `${half}${half}`, /matches 200001 times/],
    ['found nowhere', `${half}b${half}`, /matches nothing/],
  ])('are as quick as others when the text is %s', (_what, find, message) => {
    const began = performance.now();
    expect(() => applyEdits('a.txt', zeros, [{ find, replace: '' }])).toThrow(message);
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  test('find what is there once, wherever it stands', () => {
    const find = `${'ab'.repeat(50)}x`;
    for (const [before, after] of [
      ['', 'ab'.repeat(60)],
      ['ab'.repeat(60), 'ab'],
      ['a'.repeat(70), ''],
    ]) {
      expect(applyEdits('a.txt', `${before}${find}${after}`, [{ find, replace: 'y' }])).toBe(`${before}y${after}`);
    }
    expect(() => applyEdits('a.txt', 'a'.repeat(70), [{ find: 'a'.repeat(69), replace: '' }])).toThrow(
      'matches 2 times (lines 1, 1)',
    );
  });
});

describe('file changes', () => {
  const problems = (files: unknown) =>
    fileChanges.safeParse(files).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  test('take the five forms', () => {
    const files = [
      { path: 'a', content: '' },
      { path: 'b', base64: 'AA==' },
      { path: 'c', edits: [{ find: 'x', replace: '' }] },
      { path: 'd', delete: true },
      { path: 'e', move_from: 'f' },
    ];
    expect(problems(files)).toEqual([]);
  });

  const bad: readonly (readonly [file: unknown, message: RegExp])[] = [
    [{ path: 'a' }, /exactly one of .*; this one has none/],
    [{ path: 'a', content: 'x', delete: true }, /this one has content and delete/],
    [{ path: 'a', content: 1 }, /content: .*string/],
    [{ content: 'x' }, /path: .*string/],
    [{ path: 'a', delete: false }, /delete/],
    [{ path: 'a', edits: [] }, /edits/],
    [{ path: 'a', edits: [{ find: '', replace: 'x' }] }, /edits\.0\.find/],
    [{ path: 'a', content: 'x', mode: '100755' }, /mode/],
    [{ path: '../a', content: 'x' }, /"\.\."/],
    [{ path: '.GIT/config', content: 'x' }, /git’s own/],
    [{ path: 'a', move_from: 'b\\c' }, /backslash/],
    [{ path: 'a', content: '\ud800' }, /Unicode/],
    ['a', /exactly one of/],
    [null, /exactly one of/],
    [[], /exactly one of/],
    [{ path: 'a', delete: true, executable: true }, /goes with new content, or alone/],
    [{ path: 'a', move_from: 'b', executable: false }, /goes with new content, or alone/],
  ];
  test.each(bad)('refuse %j with a clear message', (file, message) => {
    const [first] = problems([file]);
    expect(first).toMatch(message);
    expect(first).toMatch(/^0/);
  });

  const clashes: readonly (readonly [paths: readonly string[], message: RegExp])[] = [
    [['a', 'a'], /named twice/],
    [['a', 'A'], /the same file/],
    [['caf\u00e9', 'cafe\u0301'], /the same file/],
    [['stra\u00dfe', 'STRASSE'], /the same file/],
    [['a', 'a/b'], /needs a folder where "a" is a file/],
    [['A/b/c', 'a'], /needs a folder/],
  ];
  test.each(clashes)('refuse %j together', (paths, message) => {
    expect(problems(paths.map((path) => ({ path, content: 'x' }))).join()).toMatch(message);
  });

  test('refuse at once what would be looked up in thousands of folders', () => {
    const below = (depth: number, name: string) => `${'d/'.repeat(depth)}${name}`;
    expect(problems([{ path: below(100, 'a'), content: '' }])).toEqual([]);
    expect(problems([{ path: 'a', move_from: below(101, 'b') }]).join()).toMatch(/^0: is more than 100 folders deep/);
    // Each file a few thousand folders deep, and all in different ones, asked GitHub for hundreds of thousands of paths.
    const began = performance.now();
    expect(
      problems(Array.from({ length: 300 }, (_, at) => ({ path: `${at}/${below(2000, 'a')}`, content: '' })))[0],
    ).toMatch(/folders deep/);
    expect(performance.now() - began).toBeLessThan(60_000);
    const spread = Array.from({ length: 1000 }, (_, at) => ({ path: `${at}/${below(10, 'a')}`, content: '' }));
    expect(problems(spread).join()).toMatch(/too many folders: 12000 files and folders, and 5000 is the most/);
    expect(problems(spread.map(({ content }, at) => ({ path: below(10, `${at}`), content })))).toEqual([]);
  });

  describe('take a large change of a large repository', () => {
    const places: readonly (readonly [what: string, place: (at: number) => string])[] = [
      ['in ten packages', (at) => `packages/p${at % 10}/src/main/java/com/acme/shop/m${at % 30}/impl/${at}.java`],
      ['in a package each', (at) => `packages/p${at}/src/main/java/com/acme/shop/orders/impl/A.java`],
      [
        'with no folder in common',
        (at) => `${Array.from({ length: 12 }, (_, depth) => `d${depth}-${at}`).join('/')}/a`,
      ],
    ];
    test.each(places)('300 files %s', (_, place) => {
      expect(problems(Array.from({ length: 300 }, (_each, at) => ({ path: place(at), content: '' })))).toEqual([]);
    });

    test('300 files that move from one folder of packages to another', () => {
      const [[, place] = ['', String]] = places;
      const moves = Array.from({ length: 300 }, (_, at) => ({ path: `libs/${place(at)}`, move_from: place(at) }));
      expect(problems(moves)).toEqual([]);
    });
  });

  test('count the source of a move as a file of its own', () => {
    expect(
      problems([
        { path: 'b', move_from: 'a' },
        { path: 'a', content: 'x' },
      ]).join(),
    ).toMatch(/named twice/);
    expect(problems([{ path: 'a', move_from: 'a' }]).join()).toMatch(/named twice/);
    expect(problems([]).join()).not.toBe('');
  });

  test('ask for every path, both ends of a move, the number and the bytes', () => {
    const files = fileChanges.parse([
      { path: 'a', content: 'é' },
      { path: 'b', base64: 'AAA=' },
      { path: 'c', edits: [{ find: 'xxxx', replace: 'yyy' }] },
      { path: 'd', move_from: 'e' },
    ]);
    expect(asksOf('acme/web', files)).toEqual([
      { want: 'write', repository: 'acme/web', files: 4, bytes: 7 },
      ...['a', 'b', 'c', 'd', 'e'].map((path) => ({ want: 'write', repository: 'acme/web', path })),
      ...['c', 'e'].map((path) => ({ want: 'read', repository: 'acme/web', path })),
    ]);
  });
});

describe('planning files', () => {
  type Mode = '100644' | '100755' | '120000' | '160000';
  type There = { readonly [path: string]: { readonly text?: string; readonly bytes?: Buffer; readonly mode?: Mode } };

  function plan(files: readonly unknown[], there: There, blocked: string[] = []) {
    const contents = stageContents();
    const parsed = fileChanges.parse(files);
    const state: RepoState = {
      repository: { id: 1, nodeId: 'R', name: 'acme/web', defaultBranch: 'main' },
      base: null,
      branch: { name: 'x', oid: 'a'.repeat(40) },
      files: Object.entries(there).map(([path, { text = '', bytes = Buffer.from(text), mode = '100644' }]) => ({
        path,
        file: { oid: blobId(bytes), content: contents.put(bytes), mode, binary: false },
      })),
      blocked,
      ours: null,
      later: [],
      pullRequest: null,
    };
    const made = planFiles(parsed, state, contents);
    return {
      additions: Object.fromEntries(
        made.additions.map(({ path, content }) => [path, Buffer.from(contents.get(content)).toString('latin1')]),
      ),
      deletions: made.deletions,
      moves: made.additions.flatMap(({ path, movedFrom }) => (movedFrom === null ? [] : [[movedFrom, path]])),
    };
  }

  test('writes new files and old ones, edits, deletes and moves', () => {
    const made = plan(
      [
        { path: 'new', content: 'n' },
        { path: 'old', content: 'o2' },
        { path: 'bin', base64: Buffer.from([0, 255]).toString('base64') },
        { path: 'edited', edits: [{ find: 'b', replace: 'B' }] },
        { path: 'gone', delete: true },
        { path: 'to', move_from: 'from' },
      ],
      { old: { text: 'o' }, edited: { text: 'abc' }, gone: {}, from: { text: 'f' } },
    );
    expect(made).toEqual({
      additions: { new: 'n', old: 'o2', bin: '\u0000\u00ff', edited: 'aBc', to: 'f' },
      deletions: ['from', 'gone'],
      moves: [['from', 'to']],
    });
  });

  test('leaves out files that already are as wanted, and refuses when nothing is left', () => {
    const there = { a: { text: 'x' }, b: { text: 'x' } };
    expect(
      plan(
        [
          { path: 'a', content: 'x' },
          { path: 'b', content: 'y' },
        ],
        there,
      ).additions,
    ).toEqual({ b: 'y' });
    expect(() => plan([{ path: 'a', content: 'x' }], there)).toThrow(/no change/);
    expect(() => plan([{ path: 'a', edits: [{ find: 'x', replace: 'x' }] }], there)).toThrow(/no change/);
  });

  test('keeps an executable executable by editing it in place', () => {
    expect(plan([{ path: 'run', content: '#!2' }], { run: { text: '#!', mode: '100755' } }).additions).toEqual({
      run: '#!2',
    });
  });

  const refused: readonly (readonly [what: string, file: unknown, there: There, code: string])[] = [
    ['editing a missing file', { path: 'a', edits: [{ find: 'x', replace: 'y' }] }, {}, 'conflict'],
    ['deleting a missing file', { path: 'a', delete: true }, {}, 'conflict'],
    ['moving a missing file', { path: 'a', move_from: 'b' }, {}, 'conflict'],
    ['moving over a file', { path: 'a', move_from: 'b' }, { a: {}, b: {} }, 'conflict'],
    [
      'editing what is not UTF-8',
      { path: 'a', edits: [{ find: 'x', replace: 'y' }] },
      { a: { bytes: Buffer.from([0x78, 0xff]) } },
      'unsupported',
    ],
    [
      'editing what has a NUL',
      { path: 'a', edits: [{ find: 'x', replace: 'y' }] },
      { a: { text: 'x\0' } },
      'unsupported',
    ],
    ['the mode of a missing file', { path: 'a', executable: true }, {}, 'conflict'],
    ...(['120000', '160000'] as const).flatMap((mode) => [
      [`writing where ${mode} is`, { path: 'a', content: 'x' }, { a: { mode } }, 'unsupported'] as const,
      [`the mode of ${mode}`, { path: 'a', executable: true }, { a: { mode } }, 'unsupported'] as const,
      [`moving ${mode}`, { path: 'b', move_from: 'a' }, { a: { mode } }, 'unsupported'] as const,
    ]),
    ['deleting a submodule', { path: 'a', delete: true }, { a: { mode: '160000' } }, 'unsupported'],
    ['base64 that is none', { path: 'a', base64: '!!!!' }, {}, 'invalid_arguments'],
    ['base64 without padding', { path: 'a', base64: 'AA' }, {}, 'invalid_arguments'],
    ['base64 with stray bits', { path: 'a', base64: 'AB==' }, {}, 'invalid_arguments'],
    ['more than one commit may have', { path: 'a', content: 'x'.repeat(22_500_001) }, {}, 'too_large'],
  ];
  test.each(refused)('refuses %s', (_what, file, there, code) => {
    expect(() => plan([file], there)).toThrow(expect.objectContaining({ code }));
  });

  test('refuses a file where a folder is, and a folder where a file is', () => {
    expect(() => plan([{ path: 'a', content: 'x' }], {}, ['a'])).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
