import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listingFile } from '#servers/knowledge/embedded/import/listing.ts';
import { newFolder, query, titles } from '../embedded/base.ts';
import { filesIn, newPlace, treeIn } from '../operate/place.ts';

const make = { name: 'New', audience: 'internal', members: {} } as const;
const badConfiguration = { code: 'bad_configuration' };

test('a text of UTF-16 and a pointer of Git LFS are no pages, and are told so', async () => {
  const { take } = await newPlace();
  const utf16 = Buffer.from('\ufeff# Hello\n', 'utf16le');
  const folder = filesIn({
    'little.md': utf16,
    'big.md': Buffer.from(utf16).swap16(),
    'latin.md': Buffer.from('# Café\n', 'latin1'),
    'lfs.md': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n',
  });
  const { refused, done } = await take(folder);
  expect([done, refused.map(({ path, next }) => [path, /iconv -f \S+|git lfs pull/u.exec(next)?.[0]])]).toEqual([
    false,
    [
      ['big.md', 'iconv -f UTF-16'],
      ['latin.md', 'iconv -f LATIN1'],
      ['lfs.md', 'git lfs pull'],
      ['little.md', 'iconv -f UTF-16'],
    ],
  ]);
});

test('pipes and links named as pages are named, and nobody waits for them; the file of an export may be neither', async () => {
  const { take } = await newPlace();
  const folder = filesIn({ 'a.md': 'alpha' });
  execFileSync('mkfifo', [join(folder, 'pipe.md'), join(folder, 'pipe')]);
  symlinkSync('a.md', join(folder, 'link.md'));
  expect(await take(folder)).toMatchObject({ done: true, created: 1, passed: ['link.md', 'pipe.md'] });
  execFileSync('mkfifo', [join(folder, listingFile)]);
  await expect(take(folder)).rejects.toMatchObject(badConfiguration);
  rmSync(join(folder, listingFile));
  symlinkSync('a.md', join(folder, listingFile));
  await expect(take(folder)).rejects.toMatchObject(badConfiguration);
});

test.for(['', '  ', 'two\nlines', 'zero\0', 'half \ud800', 'x'.repeat(256)])(
  'the title %j is none in the file of an export either',
  async (title) => {
    const { take, reader } = await newPlace();
    const pages = [{ path: 'a.md', title, under: null }];
    const listing = { format: 'countersign/pages@1', namespace: 'x', at: '2026-07-01T00:00:00Z', pages };
    await expect(take(filesIn({ 'a.md': 'a', [listingFile]: JSON.stringify(listing) }))).rejects.toMatchObject(
      badConfiguration,
    );
    expect(await treeIn(reader)).toEqual({});
  },
);

test('pages that are under each other in the file of an export are all taken in', async () => {
  const { take, reader } = await newPlace();
  const pages = [
    { path: 'a.md', title: 'A', under: 'b.md' },
    { path: 'b.md', title: 'B', under: 'c.md' },
    { path: 'c.md', title: 'C', under: 'a.md' },
    { path: 'd.md', title: 'D', under: 'd.md' },
  ];
  const listing = { format: 'countersign/pages@1', namespace: 'x', at: '2026-07-01T00:00:00Z', pages };
  const files = { 'a.md': 'a', 'b.md': 'b', 'c.md': 'c', 'd.md': 'd', [listingFile]: JSON.stringify(listing) };
  expect(await take(filesIn(files))).toMatchObject({ created: 4, left: [] });
  expect(Object.values(await treeIn(reader)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

test('a file that cannot be a page any more is not taken for gone', async () => {
  const { take, reader } = await newPlace();
  const folder = filesIn({ 'a.md': 'alpha', 'sub/b.md': 'beta', 'c.md': 'gamma' });
  await take(folder);
  for (const path of ['a.md', 'sub/b.md']) writeFileSync(join(folder, path), Buffer.from([0xff]));
  rmSync(join(folder, 'c.md'));
  writeFileSync(join(folder, 'd.md'), 'delta');
  expect(await take(folder, { skip: true, prune: true })).toMatchObject({ created: 1, pruned: 1 });
  expect(Object.keys(await treeIn(reader))).toEqual(['a', 'd', 'sub', 'sub / b']);
});

test('a folder in which nothing is does not take away all that came from it', async () => {
  const { take, reader } = await newPlace();
  await take(filesIn({ 'a.md': 'alpha' }), {}, 'docs');
  await expect(take(newFolder(), { prune: true }, 'docs')).rejects.toMatchObject(badConfiguration);
  expect(await take(newFolder(), {}, 'docs')).toMatchObject({ gone: ['a.md'], pruned: 0 });
  expect(Object.keys(await treeIn(reader))).toEqual(['a']);
});

test('a namespace that would be made is tried, and one that no blueprint could name is not made', async () => {
  const { take, reader } = await newPlace();
  const folder = filesIn({ 'a.md': 'alpha' });
  expect(await take(folder, { namespace: 'fresh', make, dryRun: true })).toMatchObject({ created: 1, done: true });
  expect(await reader.namespace('fresh')).toBeNull();
  for (const namespace of ['two words', '', '../x', 'a/b', '\u202egnp', '-x', 'x'.repeat(101)]) {
    await expect(take(folder, { namespace, make })).rejects.toMatchObject(badConfiguration);
  }
  expect(await titles(reader, query('alpha', 'fresh'))).toEqual([]);
});
