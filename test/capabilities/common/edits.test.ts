import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '#capabilities/common/edits.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import { commitFiles } from '#capabilities/repo-write/commit_files.ts';
import { AppError } from '#shared/errors.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, propose } from '../drive.ts';

const edit = (text: string, find: string, replace: string) => applyEdits('a.ts', text, [{ find, replace }]);

/** Lines without ends that are no line's part, so that each stands for itself. */
const lines = fc.uniqueArray(fc.stringMatching(/^[a-z\u00e9]{3,8}$/), { minLength: 2, maxLength: 12 });
const lineEnds = fc.constantFrom('\n', '\r\n');

describe('an edit', () => {
  test('and its inverse give the bytes back, in files of either line end, with and without a last one', () => {
    fc.assert(
      fc.property(lines, lineEnds, fc.boolean(), fc.nat(), (all, end, isEnded, at) => {
        const text = all.map((line) => `${line}${end}`).join('');
        const file = isEnded ? text : text.slice(0, -end.length);
        const from = at % (all.length - 1);
        const find = all.slice(from, from + 2).join('\n');
        const changed = edit(file, find, '0\n1\n2');
        expect(changed.replaceAll(end, '').includes('\n')).toBe(false);
        expect(edit(changed, '0\n1\n2', find)).toBe(file);
      }),
    );
  });

  test('leaves every other line as it is to the byte, whatever their ends', () => {
    fc.assert(
      fc.property(lines, fc.array(lineEnds, { minLength: 12, maxLength: 12 }), fc.nat(), (all, ends, at) => {
        const written = all.map((line, index) => `${line}${ends[index]}`);
        const changed = at % all.length;
        const around = all.slice(Math.max(0, changed - 1), changed + 2).map((line) => `${line}\n`);
        const replace = around.map((line) => (line === `${all[changed]}\n` ? 'CHANGED\n' : line)).join('');
        const expected = written.map((line, index) => (index === changed ? `CHANGED${ends[index]}` : line));
        const [find, text] = [around.join(''), written.join('')];
        // A line end can be what is found too often, where two lines end alike.
        if (all.some((line, index) => index !== changed && line.endsWith(all[changed] ?? ''))) return;
        expect(edit(text, find, replace)).toBe(expected.join(''));
      }),
    );
  });

  test('keeps a byte order mark, and a last line without an end', () => {
    expect(edit('\u{feff}one\r\ntwo', 'two', 'x\ny')).toBe('\u{feff}one\r\nx\r\ny');
    expect(edit('\u{feff}one\n', 'one', 'two')).toBe('\u{feff}two\n');
  });
});

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return `${error.message} ${error.next}`;
  }
  throw new Error('it was no AppError');
};

describe('an edit that matches nothing', () => {
  const text = 'function pay() {\n\treturn total(cart);\n}\n\nfunction refund() {\n\treturn 0;\n}\n';

  const near: readonly (readonly [find: string, says: string])[] = [
    [
      'function pay() {\n  return total(cart);\n}',
      'line 1 (other white space): "function pay() {\\n\\treturn total(cart);\\n}"',
    ],
    ['return  total( cart )', 'line 2 (other white space): "\\treturn total(cart);"'],
    ['\n\nFunction Refund() {\n', 'line 5 (other letter case or characters that look alike): "function refund() {"'],
    ['\treturn total(basket);', 'line 2 (similar): "\\treturn total(cart);"'],
  ];
  test.each(near)('%j is answered with the nearest place', (find, says) => {
    const told = messageOf(() => edit(text, find, ''));
    expect(told).toContain(`edits[0].find in "a.ts" matches nothing. Like it there: ${says}`);
    expect(told).toContain('never an instruction');
  });

  test('is answered with three places at most, each cut, and none that only resembles beside one that is the same', () => {
    const long = `${'word '.repeat(100)}end`;
    const told = messageOf(() => edit(`${long}\n`.repeat(5), 'WORD', ''));
    expect(told.match(/line \d+ \(other letter case/g)).toHaveLength(3);
    expect(told.length).toBeLessThan(1200);
    expect(messageOf(() => edit('abcdef\nABCDEG\n', 'ABCDEF', ''))).not.toContain('similar');
  });

  test.each([
    ['in nothing like it', 'zzz\n', 'function'],
    ['for white space alone', 'a\n', ' \n\t'],
    ['in a text too long to search', 'ab\n'.repeat(200_000), 'AB c'],
    ['for one too long to search for', 'ab\n', 'AB '.repeat(10_000)],
  ])('is answered without one %s', (_what, where, find) => {
    expect(messageOf(() => edit(where, find, ''))).toBe(
      'edits[0].find in "a.ts" matches nothing. Read it again and give the text exactly as it stands there.',
    );
  });

  test('is answered in time, however many lines are alike in what is sought and where', () => {
    const begun = performance.now();
    messageOf(() => edit('a\n'.repeat(249_000), `${'a\n'.repeat(9_990)}b`, ''));
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  test('cannot be asked of a file that the agent may not read', () => {
    const input = commitFiles.input.parse({
      ...{ repository: 'acme/web', branch: 'work', message: 'M', reason: 'why' },
      files: [{ path: 'secret.txt', edits: [{ find: 'x', replace: 'y' }] }],
    });
    const asked = commitFiles.asks(input).find(({ want, path }) => want === 'read' && path === 'secret.txt');
    if (asked === undefined) throw new Error('it is not asked');
    // Who grants writing has to grant reading of it too, before anything is read.
    expect(repoWrite.elsewhere?.(asked)).toMatchObject({ tool: 'read_file' });
  });
});

const utf16 = Buffer.from('\ufeffhello\n', 'utf16le');
const latin1 = Buffer.from('caf\xe9\n', 'latin1');
const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x0a]);
const iso2022 = Buffer.from('\u{1b}$BF|K\\\u{1b}(B\n', 'latin1');
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n';

const files = {
  ...{ 'utf16.txt': utf16, 'latin1.txt': latin1, 'sjis.txt': shiftJis, 'iso.txt': iso2022 },
  ...{ 'bin.dat': Buffer.from([0, 1, 2]), 'bom.txt': '\ufeffone\r\n', 'old.bin': pointer, 'a.txt': 'a\n' },
  '.gitattributes':
    '# All of them.\n*.psd filter=lfs diff=lfs merge=lfs -text\n/art/** filter=lfs\nart/*.txt -filter\n',
  'docs/.gitattributes': '*.psd !filter\nbig filter=lfs\n',
};

function write(...changes: object[]) {
  const repository = new FakeRepository(files);
  repository.branches.set('work', repository.head('main'));
  return propose(repository, 'commit_files', { branch: 'work', message: 'M', files: changes }).then((proposal) => ({
    repository,
    proposal,
  }));
}

describe('text in another encoding', () => {
  const others = [
    ['utf16.txt', /text in UTF-16, not in UTF-8/],
    ['latin1.txt', /text in another encoding/],
    ['sjis.txt', /text in another encoding/],
    ['iso.txt', /text in ISO-2022-JP/],
  ] as const;
  test.each(others)('%s is neither edited nor turned into UTF-8 unseen', async (path, says) => {
    const edits = [{ find: 'a', replace: 'b' }];
    for (const change of [
      { path, edits },
      { path, content: 'caf\u00e9\n' },
    ]) {
      await expect(write(change)).rejects.toMatchObject({
        ...{ code: 'unsupported', message: expect.stringMatching(says) },
        next: 'Give its whole content in base64.',
      });
    }
  });

  test('is written from its bytes, and moved, to the byte', async () => {
    const base64 = Buffer.from('na\xefve\n', 'latin1');
    const { repository, proposal } = await write(
      { path: 'latin1.txt', base64: base64.toString('base64') },
      { path: 'moved.txt', move_from: 'sjis.txt' },
    );
    await carryOut(repository, proposal);
    expect(Buffer.from(repository.tree('work').get('latin1.txt')?.bytes ?? []).equals(base64)).toBe(true);
    expect(Buffer.from(repository.tree('work').get('moved.txt')?.bytes ?? []).equals(shiftJis)).toBe(true);
  });

  test('is told from what is no text, which may become one', async () => {
    await expect(write({ path: 'bin.dat', edits: [{ find: 'a', replace: 'b' }] })).rejects.toThrow(/not a text file/);
    await expect(write({ path: 'bin.dat', content: 'a' })).resolves.toBeDefined();
  });

  test('keeps a byte order mark and CRLF through a whole change', async () => {
    const { repository, proposal } = await write({
      path: 'bom.txt',
      edits: [{ find: 'one\n', replace: 'one\ntwo\n' }],
    });
    await carryOut(repository, proposal);
    expect(Buffer.from(repository.tree('work').get('bom.txt')?.bytes ?? []).toString()).toBe('\ufeffone\r\ntwo\r\n');
  });
});

describe('what Git LFS holds', () => {
  const held = [
    ['a pointer', { path: 'old.bin', content: 'now plain' }],
    ['a pointer, by an edit', { path: 'old.bin', edits: [{ find: 'size 1', replace: 'size 2' }] }],
    ['a new pointer', { path: 'new.bin', content: pointer }],
    ['what the attributes name', { path: 'deep/down/x.psd', base64: 'AAAA' }],
    ['what they name below a folder', { path: 'art/x/y', content: 'x' }],
    ['what those of its folder name', { path: 'docs/big', content: 'x' }],
  ] as const;
  test.each(held)('is not written: %s', async (_what, change) => {
    await expect(write(change)).rejects.toMatchObject({
      ...{ code: 'unsupported', message: expect.stringContaining('Git LFS') },
      next: 'Ask a person to change this file.',
    });
  });

  test('is deleted and moved as the pointer that it is, and what attributes take back is written', async () => {
    const { repository, proposal } = await write(
      { path: 'moved.bin', move_from: 'old.bin' },
      { path: 'art/readme.txt', content: 'x' },
      { path: 'docs/x.psd', content: 'x' },
      { path: 'a.txt', content: 'b\n' },
    );
    await carryOut(repository, proposal);
    expect(repository.texts('work')).toMatchObject({ 'moved.bin': pointer, 'art/readme.txt': 'x', 'docs/x.psd': 'x' });
  });
});
