import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { analysePush } from '#servers/github/git/receive/analyse.ts';
import { pushLimits } from '#servers/github/git/receive/limits.ts';
import { blob, commit, fetchable, type Made, pack, tree, whole } from './make.ts';

const readme = blob('hello\n');
const code = blob('one\n');
const src = tree(['100644', 'a.ts', code]);
const root = tree(['100644', 'README.md', readme], ['40000', 'src', src]);
const base = commit(root, []);
const known = [readme, code, src, root, base];

/** What a push of commits comes to, of which the pack has these objects and `there` is what could be fetched. */
function analyse(objects: readonly Made[], tip: Made, more: { from?: string | null; there?: readonly Made[] } = {}) {
  const { from = base.oid, there = known } = more;
  const bytes = objects.length === 0 ? Buffer.alloc(0) : pack(objects.map(whole));
  return analysePush({ pack: bytes, to: tip.oid, from, guess: base.oid, fetchable: fetchable(there, [base]) });
}

/** One commit on top of what is there, with another root. */
const pushed = (now: Made, objects: readonly Made[], more: Parameters<typeof analyse>[2] = {}) => {
  const tip = commit(now, [base]);
  return analyse([...objects, now, tip], tip, more);
};

const text = (value: string): string => Buffer.from(value).toString('base64');

describe('what is pushed', () => {
  test('is told commit by commit, each with its files, modes and the tree that it comes to', async () => {
    const two = blob('two\n');
    const first = tree(['100644', 'README.md', readme], ['40000', 'src', tree(['100755', 'a.ts', two])]);
    const folder = tree(['100755', 'a.ts', two]);
    const second = tree(['40000', 'lib', folder]);
    const one = commit(first, [base], 'One\n\nMore.\n');
    const tip = commit(second, [one], 'Two\n');
    const found = await analyse([two, folder, first, second, one, tip], tip);
    expect(found).toEqual({
      parent: base.oid,
      tree: root.oid,
      commits: [
        {
          message: 'One\n\nMore.\n',
          author: { name: 'A', email: 'a@example.com' },
          tree: first.oid,
          files: [{ path: 'src/a.ts', mode: '100755', base64: text('two\n') }],
        },
        {
          message: 'Two\n',
          author: { name: 'A', email: 'a@example.com' },
          tree: second.oid,
          files: [
            { path: 'README.md', delete: true },
            { path: 'src/a.ts', delete: true },
            { path: 'lib/a.ts', mode: '100755', base64: text('two\n') },
          ],
        },
      ],
    });
  });

  test('may hold what the pusher could have fetched, and nothing else that lies there', async () => {
    const hidden = blob('a secret of others\n');
    const now = tree(['100644', 'mine.txt', hidden]);
    await expect(pushed(now, [])).rejects.toMatchObject({ code: 'conflict' });
    const moved = tree(['100644', 'copy.ts', code]);
    const { commits } = await pushed(moved, []);
    expect(commits[0]).toMatchObject({
      files: expect.arrayContaining([{ path: 'copy.ts', mode: '100644', base64: text('one\n') }]),
    });
  });

  test('may take up so many old folders and no more', async () => {
    const old = Array.from({ length: 30 }, (_, index) => tree(['100644', String(index), readme]));
    const names = (count: number) =>
      old.slice(0, count).map((one, index) => ['40000', String(100 + index), one] as const);
    const there = [...known, ...old];
    await expect(pushed(tree(...names(20)), [], { there })).resolves.toHaveProperty('commits.length', 1);
    await expect(pushed(tree(...names(21)), [], { there })).rejects.toThrow('too many folders of old commits');
  });

  test('of a new branch begins on what some branch leads to', async () => {
    const other = commit(root, [], 'elsewhere\n');
    const now = tree(['100644', 'x', readme]);
    const tip = commit(now, [other]);
    const there = [...known, other];
    await expect(analyse([now, tip], tip, { from: null, there })).rejects.toThrow('which no branch leads to');
    const good = commit(now, [base]);
    await expect(analyse([now, good], good, { from: null })).resolves.toMatchObject({ parent: base.oid });
  });

  const changedRoot = tree(['100644', 'README.md', code]);
  const refused: readonly (readonly [what: string, objects: () => readonly Made[], says: RegExp])[] = [
    ['a merge', () => [commit(changedRoot, [base, base])], /is a merge/],
    ['a history of its own', () => [commit(changedRoot, [])], /has no parent/],
    ['another past', () => [commit(changedRoot, ['1'.repeat(40)])], /yours do not follow/],
    ['a commit that changes nothing', () => [commit(root, [base])], /changes no file/],
    ['a blob as a commit', () => [blob('x')], /Only commits/],
    ['text in another encoding', () => [commit(changedRoot, [base], 'x\n', 'encoding Shift_JIS\n')], /not in UTF-8/],
    [
      'more than twenty commits',
      () => {
        const all: Made[] = [];
        for (let count = 0; count <= pushLimits.commits; count += 1) {
          all.unshift(commit(count % 2 === 0 ? changedRoot : root, [all[0] ?? base]));
        }
        return all;
      },
      /20 commits.*has more/,
    ],
  ];
  test.each(refused)('is refused where it is %s', async (_what, make, says) => {
    const [tip, ...others] = make();
    if (tip === undefined) throw new Error('nothing made');
    await expect(analyse([tip, ...others, changedRoot], tip)).rejects.toThrow(says);
  });

  test('is refused where there is nothing new in it, with what to do', async () => {
    await expect(analyse([], base, { from: null })).rejects.toMatchObject({ next: expect.stringContaining('Commit') });
  });
});

describe('the trees that are pushed', () => {
  const link = blob('README.md');
  const cases: readonly (readonly [what: string, now: Made, says: RegExp])[] = [
    ['a symbolic link', tree(['120000', 'link', link]), /"link" is a symbolic link/],
    ['a submodule', tree(['160000', 'vendor', '2'.repeat(40)]), /"vendor" is a submodule/],
    ['git’s own folder', tree(['40000', '.git', src]), /"\.git\/a\.ts" must not lead into git’s own folder/],
    ['git’s own folder as Windows knows it', tree(['100644', 'GIT~1', readme]), /must not lead into git’s own folder/],
    ['a way out', tree(['40000', '..', src]), /must not have a "\." or "\.\." segment/],
    ['a mode that git does not write', tree(['100666', 'x', readme]), /a mode that git does not write/],
    ['names out of order', tree(['100644', 'z', readme], ['100644', 'a', readme]), /not in order/],
    ['one name twice', tree(['100644', 'x', readme], ['40000', 'x', src]), /one name twice/],
    ['a name with a slash', tree(['100644', 'a/b', readme]), /"\/" in a name/],
    ['a name that is no text', tree(['100644', Buffer.from([0x66, 0xff]), readme]), /not in UTF-8/],
    ['a file as a folder', tree(['40000', 'x', readme]), /another kind/],
    ['a folder as a file', tree(['100644', 'x', src]), /another kind/],
  ];
  test.each(cases)('are refused with %s', async (_what, now, says) => {
    await expect(pushed(now, [link])).rejects.toThrow(says);
  });

  test('that hold one another over and over are given up early', async () => {
    let level = tree(['100644', 'x', readme]);
    const levels = [level];
    for (let depth = 0; depth < 30; depth += 1) {
      level = tree(...Array.from({ length: 10 }, (_, index) => ['40000', String(index), level] as const));
      levels.push(level);
    }
    await expect(pushed(level, levels)).rejects.toMatchObject({ code: 'too_large' });
    // Without a single file, there is nothing else to count.
    let empty = tree();
    const empties = [empty];
    for (let depth = 0; depth < 12; depth += 1) {
      empty = tree(...Array.from({ length: 10 }, (_, index) => ['40000', String(index), empty] as const));
      empties.push(empty);
    }
    await expect(pushed(empty, empties)).rejects.toMatchObject({ code: 'too_large' });
  });

  test('may be so deep and no deeper', async () => {
    let level = tree(['100644', 'x', readme]);
    const levels = [level];
    for (let depth = 0; depth < 200; depth += 1) {
      level = tree(['40000', 'd', level]);
      levels.push(level);
    }
    await expect(pushed(level, levels)).rejects.toThrow('too deep');
  });

  test('and commits are not taken apart where they are too long', async () => {
    const [id, count] = [Buffer.alloc(20, 7), 300_000];
    const entries = Array.from({ length: count }, (_, index) => [Buffer.from(`100644 ${1_000_000 + index}\0`), id]);
    const bytes = Buffer.concat(entries.flat());
    const oid = createHash('sha1').update(`tree ${bytes.length}\0`).update(bytes).digest('hex');
    const large: Made = { type: 'tree', bytes, oid };
    await expect(pushed(large, [])).rejects.toMatchObject({ code: 'too_large', message: /^A folder of this push/ });
    const lines = commit(root, [base], 'A\n', `${'x y\n'.repeat(150_000)}`);
    await expect(analyse([lines], lines)).rejects.toMatchObject({ code: 'too_large', message: /^The text of/ });
  });

  test('may change so many files and no more', async () => {
    const many = tree(
      ...Array.from({ length: 1001 }, (_, index) => ['100644', String(10_000 + index), readme] as const),
    );
    await expect(pushed(many, [])).rejects.toThrow('More than 1000 files');
  });
});
