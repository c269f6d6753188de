import { describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { call, refusedWith } from './call.ts';

type Found = { path: string; found: { line: number | null; text: string }[] }[];

const search = async (repository: FakeRepository, query: string, args: object = {}, scope: object = {}) =>
  call(repository, 'search_code', { query, ...args }, { ...scope });

describe('search_code', () => {
  const files = {
    'src/app.ts': 'one\nimport { tax } from "./tax";\nthree\n',
    'src/tax.ts': 'export const tax = 0.2;\n',
    'docs/tax.md': 'About tax.\n',
  };

  test('finds files that have all words, with the lines where they stand, in two requests', async () => {
    const repository = new FakeRepository(files);
    expect(await search(repository, 'import tax')).toEqual({
      repository: 'acme/web',
      commit: repository.head('main'),
      files: [{ path: 'src/app.ts', found: [{ line: 2, text: 'import { tax } from "./tax";' }] }],
      incomplete: false,
      next_cursor: null,
      untrusted: ['files[].path', 'files[].found[].text'],
    });
    expect(repository.reads).toEqual(['searchCode', 'files']);
    const phrase = (await search(repository, '"const tax"'))['files'] as Found;
    expect(phrase.map(({ path }) => path)).toEqual(['src/tax.ts']);
  });

  test('says no line where a piece stands more than once, or the file is too large to be read', async () => {
    const repository = new FakeRepository({ 'a.txt': 'tax\ntax\n' });
    expect((await search(repository, 'tax'))['files']).toMatchObject([{ found: [{ line: null }, { line: null }] }]);
    const other = new FakeRepository({ 'a.txt': 'tax\n' });
    const reader = other.reader();
    other.reader = () => ({
      ...reader,
      files: () => Promise.reject(new AppError('too_large', 'Too large.')),
    });
    expect((await search(other, 'tax'))['files']).toMatchObject([{ found: [{ line: null, text: 'tax' }] }]);
  });

  test('shows only what the scope covers, and no sign of the rest', async () => {
    const repository = new FakeRepository(files);
    const scope = { paths: { allow: ['docs/**'] } };
    const { files: found, next_cursor } = await search(repository, 'tax', {}, scope);
    expect((found as Found).map(({ path }) => path)).toEqual(['docs/tax.md']);
    expect(next_cursor).toBeNull();
    expect(await search(repository, 'export', {}, scope)).toMatchObject({ files: [], commit: null, next_cursor: null });
    repository.reads.length = 0;
    const outside = search(repository, 'tax', { folder: 'src' }, scope);
    await expect(outside).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('leaves out what has the form of a credential, and cuts long lines', async () => {
    const token = `ghp_${'a'.repeat(36)}`;
    const repository = new FakeRepository({ 'a.txt': `tax ${token} ${'x'.repeat(2000)}\n` });
    const [file] = (await search(repository, 'tax'))['files'] as Found;
    expect(file?.found[0]?.text).toMatch(/^tax \[redacted: GitHub token\] x+…$/);
    expect(file?.found[0]?.text).toHaveLength(400);
  });

  test('goes through many files by pages, each once', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`src/${i}.ts`, `tax ${'y'.repeat(380)} ${i}`]),
    );
    const repository = new FakeRepository(many);
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await search(repository, 'tax', cursor === undefined ? {} : { cursor });
      seen.push(...(page['files'] as Found).map(({ path }) => path));
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(Object.keys(many).toSorted());
  });

  test.each(['', ' ', '"" "', '!!', 'a\nb', 'x'.repeat(201)])('is not asked for %j', async (query) => {
    const repository = new FakeRepository(files);
    await expect(search(repository, query)).rejects.toThrow();
    expect(repository.reads).toEqual([]);
  });
});
