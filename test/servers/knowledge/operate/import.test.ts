import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { found, newFolder, placeOf, present, query, refOf, titles, update } from '../embedded/base.ts';
import { eventsOf, filesIn, newPlace, pagesOf, treeIn } from './place.ts';

const two = { 'a.md': '# One\n\nalpha\n', 'b.md': '# Two\n\nbeta\n' };

describe('an import', () => {
  test('makes pages of paths: folders are parents, by their index, their README, the file beside them, or none', async () => {
    const { take, reader } = await newPlace();
    const folder = filesIn({
      'README.md': '# Start\n',
      'guide/index.md': '---\ntitle: not this\n---\n# Guide\n',
      'guide/README.md': 'no heading',
      'guide/deep/x.markdown': '\n# X y\n',
      'ops/readme.md': '# Operations\n',
      'ops/run.md': '# Run\r\n',
      'api.md': '# API\n',
      'api/calls.md': '# Calls\n<script>alert(1)</script>\n',
      'notes.txt': 'no page',
      '.hidden/a.md': '# Hidden\n',
      'node_modules/b/c.md': '# Package\n',
    });
    const report = await take(folder);
    expect(report).toMatchObject({ done: true, created: 9, files: 8, left: [], refused: [], source: 'docs' });
    expect(await treeIn(reader)).toEqual({
      Start: '# Start\n',
      Guide: '---\ntitle: not this\n---\n# Guide\n',
      'Guide / guide': 'no heading',
      'Guide / deep': '',
      'Guide / deep / X y': '\n# X y\n',
      Operations: '# Operations\n',
      'Operations / Run': '# Run\r\n',
      API: '# API\n',
      'API / Calls': '# Calls\n<script>alert(1)</script>\n',
    });
  });

  test('says whom pages come from, links them, and is on record', async () => {
    const { take, reader, ledger } = await newPlace();
    const folder = filesIn({
      'a.md': '# One\n\n[b](sub/) [c](sub/c)\n',
      'sub/index.md': '# Sub\n',
      'sub/c.md': '# C\n',
    });
    await take(folder, { trust: 'untrusted' });
    const start = present((await pagesOf(reader)).find(({ page }) => page.title === 'One'));
    expect(start.revision.provenance).toMatchObject({ kind: 'imported', source: 'docs:a.md', trust: 'untrusted' });
    const { to } = await reader.links(refOf(start.page));
    expect(to.map(({ title }) => title).toSorted()).toEqual(['C', 'Sub']);
    const events = await eventsOf(ledger);
    expect(events.map(({ type }) => type)).toEqual(['import.begun', 'import.done']);
    expect(JSON.parse(events[1]?.body ?? '')).toMatchObject({
      namespace: 'handbook',
      source: 'docs',
      created: 3,
      files: 3,
    });
  });

  test('names every file that cannot be a page, and takes nothing in, or with skip the rest', async () => {
    const { take, reader } = await newPlace();
    const folder = filesIn({
      ...two,
      'broken.md': Buffer.from([0x23, 0x20, 0xff, 0xfe]),
      'huge.md': Buffer.alloc(10 * 1024 * 1024, 'a'),
      'long.md': 'a'.repeat(1_048_577),
      'zero.md': 'a\0b',
    });
    symlinkSync('/etc/hostname', join(folder, 'link.md'));
    symlinkSync(folder, join(folder, 'circle'));
    const refused = await take(folder);
    expect(refused).toMatchObject({ done: false, created: 0, passed: ['circle', 'link.md'] });
    expect(refused.refused.map(({ path }) => path).toSorted()).toEqual(['broken.md', 'huge.md', 'long.md', 'zero.md']);
    expect(await treeIn(reader)).toEqual({});
    expect(await take(folder, { skip: true })).toMatchObject({ done: true, created: 2 });
  });

  test('writes nothing when it is only tried', async () => {
    const { take, reader, ledger } = await newPlace();
    expect(await take(filesIn(two), { dryRun: true })).toMatchObject({ created: 2, dry_run: true });
    expect([await treeIn(reader), await eventsOf(ledger)]).toEqual([{}, []]);
  });

  test('comes under a page, beside another import of the same paths', async () => {
    const { take, add, reader } = await newPlace();
    const folder = filesIn(two);
    await take(folder);
    const other = filesIn({ 'a.md': '# Other\n' });
    expect((await take(other, {}, 'other')).left).toEqual([{ path: 'a.md', why: 'other_source' }]);
    const under = add('handbook', { title: 'Imported' });
    expect(await take(other, { under }, 'other')).toMatchObject({ created: 1, left: [] });
    expect(Object.keys(await treeIn(reader))).toEqual(['Imported', 'Imported / Other', 'One', 'Two']);
    expect(await take(folder, { prune: true })).toMatchObject({ same: 2, pruned: 0 });
  });

  test('refuses a namespace that is not there, and a page that is not in it', async () => {
    const { take, add } = await newPlace();
    await expect(take(filesIn(two), { namespace: 'nowhere' })).rejects.toMatchObject({ code: 'bad_configuration' });
    const elsewhere = add('notes');
    await expect(take(filesIn(two), { under: elsewhere })).rejects.toMatchObject({ code: 'bad_configuration' });
    await expect(take(join(newFolder(), 'none'))).rejects.toMatchObject({ code: 'bad_configuration' });
  });

  test('lets others read and write in between, and does the rest when it is done again', async () => {
    const { take, reader, place, add } = await newPlace();
    const files = Array.from({ length: 600 }, (_, at) => [
      `p${at}.md`,
      `# Page ${at}\n\nword${at} ${'text '.repeat(50)}\n`,
    ]);
    const folder = filesIn(Object.fromEntries(files));
    const importing = take(folder);
    const seen: number[] = [];
    let isOver = false;
    void importing.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      seen.push((await reader.namespace('handbook'))?.pages ?? 0);
      if (seen.length === 1) add('notes', { title: 'Meanwhile' });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await importing).toMatchObject({ created: 600 });
    expect(await take(folder)).toMatchObject({ created: 0, same: 600 });
    expect(await found(reader, query('word599'))).toHaveLength(1);
    expect(place.store.one('select count(*) as n from page')).toEqual({ n: 601 });
  });
});

describe('the same folder again', () => {
  test('brings up to date what changed in it, and leaves the rest alone', async () => {
    const { take, reader } = await newPlace();
    const folder = filesIn({ ...two, 'sub/c.md': '# C\n' });
    await take(folder);
    const before = new Map((await pagesOf(reader)).map(({ page, revision }) => [page.title, revision.id]));
    filesIn({ 'b.md': '# Two\n\ngamma\n', 'd.md': '# Four\n' }, folder);
    rmSync(join(folder, 'sub'), { recursive: true });
    expect(await take(folder)).toMatchObject({
      created: 1,
      updated: 1,
      same: 1,
      gone: ['sub/c.md', 'sub/index.md'],
      pruned: 0,
    });
    const after = new Map((await pagesOf(reader)).map(({ page, revision }) => [page.title, revision.id]));
    expect([...after.keys()].filter((title) => before.get(title) !== after.get(title)).toSorted()).toEqual([
      'Four',
      'Two',
    ]);
    expect(await titles(reader, query('beta'))).toEqual([]);
    expect(await take(folder, { prune: true })).toMatchObject({ same: 3, pruned: 2, left: [] });
    expect(Object.keys(await treeIn(reader))).toEqual(['Four', 'One', 'Two']);
    // What comes back is the page that it was.
    filesIn({ 'sub/c.md': '# C\n' }, folder);
    expect(await take(folder)).toMatchObject({ updated: 2, created: 0 });
    expect(new Map((await pagesOf(reader)).map(({ page, revision }) => [page.title, revision.id])).get('C')).toBe(
      before.get('C'),
    );
  });

  test('never writes over what somebody changed here since', async () => {
    const { take, write, page, reader } = await newPlace();
    const folder = filesIn(two);
    await take(folder);
    const [one, two_] = (await pagesOf(reader)).toSorted((a, b) => (a.page.title < b.page.title ? -1 : 1));
    await write(update(await page(one?.page.id ?? ''), '# One\n\nby an agent\n'));
    expect(await take(folder)).toMatchObject({ kept: 1, same: 1, left: [] });
    filesIn({ 'a.md': '# One\n\nby the file\n' }, folder);
    expect(await take(folder)).toMatchObject({ same: 1, left: [{ path: 'a.md', why: 'changed_here' }] });
    expect((await page(one?.page.id ?? '')).body.text).toContain('by an agent');
    // The way out: the file says what the page says, and from then on the page follows it again.
    filesIn({ 'a.md': '# One\n\nby an agent\n' }, folder);
    expect(await take(folder)).toMatchObject({ updated: 1, left: [] });
    filesIn({ 'a.md': '# One\n\nby both\n' }, folder);
    expect(await take(folder)).toMatchObject({ updated: 1, left: [] });

    const seen = await page(two_?.page.id ?? '');
    await write({ kind: 'trash', page: refOf(seen), place: placeOf(seen), revision: seen.revision.id });
    expect(await take(folder)).toMatchObject({ left: [{ path: 'b.md', why: 'trashed_here' }] });
  });

  test('does not prune what somebody changed, nor what others are under', async () => {
    const { take, write, page, reader, add } = await newPlace();
    const folder = filesIn({ ...two, 'c.md': '# C\n', 'd.md': '# D\n' });
    await take(folder);
    const ids = new Map((await pagesOf(reader)).map((each) => [each.page.title, each.page.id]));
    await write(update(await page(ids.get('One') ?? ''), 'changed\n'));
    add('handbook', { title: 'Mine', under: ids.get('Two') ?? '' });
    for (const file of ['a.md', 'b.md', 'c.md']) rmSync(join(folder, file));
    const { left, pruned } = await take(folder, { prune: true });
    expect([left.toSorted((a, b) => (a.path < b.path ? -1 : 1)), pruned]).toEqual([
      [
        { path: 'a.md', why: 'changed_here' },
        { path: 'b.md', why: 'has_pages_under_it' },
      ],
      1,
    ]);
  });
});
