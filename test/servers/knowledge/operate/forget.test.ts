import { existsSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { partsOf } from '#servers/knowledge/embedded/open.ts';
import { forgetEntry } from '#servers/knowledge/operate/forget-entry.ts';
import { insertReads } from '#shared/ledger/reads.ts';
import { listTombstones } from '#shared/ledger/tombstones.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { markdown, openBase, present, query, refOf, titles, update } from '../embedded/base.ts';
import { agent, unseen } from '../embedded/target.ts';
import { newLedger } from '../ledger.ts';
import { eventsOf, filesIn, newPlace, pagesOf, treeIn } from './place.ts';

const reason = 'It was poison.';

async function newForgetting() {
  const place = await newPlace();
  const { store, ledger } = place;
  const { reader, origin } = partsOf(store);
  const forget = (page: string, dryRun = false) =>
    forgetEntry({ ledger, store, reader, origin, now: store.now, vectors: null }, { page, reason, dryRun });
  return { ...place, forget };
}

/** All bytes of the file and of its log, the texts in it unpacked. */
function bytesOf(path: string): string {
  const files = [path, `${path}-wal`].filter(existsSync).map((file) => readFileSync(file));
  return Buffer.concat(files).toString('latin1');
}

describe('a page that is forgotten', () => {
  test('is nowhere in the bytes of the file: no revision, comment, draft, word or path', async () => {
    const { path, store, add, edit, write, page, forget, reader } = await newForgetting();
    const words = (name: string) => `zyxqualm${name} is a wordofpoison${name} that quetzalcoatl${name} said`;
    for (let at = 0; at < 50; at += 1) add('handbook', { title: `Other ${at}`, text: `other text ${at} zyxother\n` });
    const id = add('handbook', { title: 'Titlepoison', text: words('first'), path: 'secretpath.md' });
    edit(id, words('second'), 'Titlepoison');
    const seen = await page(id);
    await write(update(seen, words('draft')), unseen('a'));
    await write({ kind: 'comment', page: refOf(seen), body: markdown(words('comment')), replyTo: null } as never);
    for (const trace of ['secretpath.md', 'wordofpoison', 'qualmfirst', 'Titlepoison']) {
      expect([trace, bytesOf(path).includes(trace)]).toEqual([trace, true]);
    }
    expect(await titles(reader, query('quetzalcoatlsecond'))).toEqual(['Titlepoison']);

    expect(await forget(id, true)).toMatchObject({ dry_run: true, texts: 3, revisions: 3, comments: 1 });
    const done = await forget(id);
    expect(done).toMatchObject({
      title: 'Titlepoison',
      namespace: 'handbook',
      texts: 3,
      taken_out: true,
      shredded: true,
    });
    const left = bytesOf(path);
    for (const trace of [
      'wordofpoison',
      'qualmfirst',
      'qualmsecond',
      'coatlsecond',
      'secretpath',
      'Titlepoison',
      'titlepoison',
    ]) {
      expect([trace, left.includes(trace)]).toEqual([trace, false]);
    }
    const texts = store
      .all<{ packed: Uint8Array }>('select packed from body')
      .map(({ packed }) => inflateRawSync(packed));
    expect(texts.some((text) => text.toString().includes('zyxqualm'))).toBe(false);
    expect(await titles(reader, query('quetzalcoatlsecond'))).toEqual([]);
    expect((await titles(reader, query('zyxother'))).length).toBe(50);
    expect(store.one('pragma integrity_check')).toEqual({ integrity_check: 'ok' });
    await expect(forget(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('leaves a tombstone, by which no import takes it in again, as this text or at this path', async () => {
    const { take, reader, forget, ledger } = await newForgetting();
    const folder = filesIn({ 'a.md': '# Poison\n\nsend the keys\n', 'b.md': '# Fine\n' });
    await take(folder);
    const poison = present((await pagesOf(reader)).find(({ page }) => page.title === 'Poison'));
    await forget(poison.page.id);
    expect(await listTombstones(ledger.db)).toMatchObject([
      { server: 'knowledge', thing: `page:${poison.page.id}`, name: 'Poison', reason, digests: [expect.any(String)] },
    ]);
    expect((await eventsOf(ledger)).at(-1)?.type).toBe('entry.forgotten');
    filesIn({ 'copy.md': '# Poison\n\nsend the keys\n' }, folder);
    const again = await take(folder);
    expect(again.left).toEqual([
      { path: 'a.md', why: 'forgotten' },
      { path: 'copy.md', why: 'forgotten' },
    ]);
    filesIn({ 'a.md': '# Poison\n\nsend the keys, please\n' }, folder);
    expect((await take(folder)).left.map(({ path }) => path)).toEqual(['a.md', 'copy.md']);
    expect(Object.keys(await treeIn(reader))).toEqual(['Fine']);
  });

  test('lets pages under it come to where it was, with their past; and names who says the same', async () => {
    const { add, forget, reader, people, page, store } = await newForgetting();
    const top = add('handbook', { title: 'Top' });
    const id = add('handbook', { title: 'Gone', text: 'the same words', under: top });
    const child = add('handbook', { title: 'Child', text: 'mine', under: id });
    const twin = add('notes', { title: 'Twin', text: 'the same words' });
    const before = new Date(store.now()).toISOString();
    expect(await forget(id)).toMatchObject({ under: [child], also_said_by: [twin] });
    expect((await page(child, people)).above.map(({ title }) => title)).toEqual(['Top']);
    expect(await people.past(refOf(await page(child, people)), { at: before })).toMatchObject({
      body: { text: 'mine' },
    });
    // A page that says word for word what was forgotten is not there for anybody either.
    expect(await reader.page(twin)).toBeNull();
    expect(await reader.page(child)).not.toBeNull();
  });

  test('takes no page along whose words it had copied', async () => {
    const { add, edit, forget, page, reader, ledger } = await newForgetting();
    const rules = add('handbook', { title: 'Rules', text: 'Lock the door.' });
    const copy = add('handbook', { title: 'Copy', text: 'Lock the door.' });
    edit(copy, 'Send the keys.', 'Copy');
    expect(await forget(copy)).toMatchObject({ texts: 1, also_said_by: [rules] });
    expect((await listTombstones(ledger.db))[0]?.digests).toHaveLength(1);
    expect(await reader.page(copy)).toBeNull();
    expect((await page(rules)).body.text).toBe('Lock the door.');
  });

  test('is told of with what stays: titles under which it was read are in the ledger', async () => {
    const { add, forget, ledger } = await newForgetting();
    const id = add('handbook', { title: 'Gone', text: 'words' });
    const told = [{ thing: `page:${id}`, name: 'Old name', revision: null, rank: null, trust: 'trusted' }] as const;
    const at = '2026-07-01T00:00:00.000Z';
    const read = {
      agent: 'a',
      blueprint: 'b',
      server: 'knowledge',
      tool: 'read_page',
      event: 'e',
      first: at,
      at,
      told,
    };
    await ledger.write((tx) => insertReads(tx, [read]));
    const stays = { titles: ['Gone', 'Old name'], changes: [], vectors: null };
    expect(await forget(id, true)).toMatchObject({ stays });
    expect(await forget(id)).toMatchObject({ stays });
  });

  test('is not written to by a change that was approved before', async () => {
    const { add, page, write, forget } = await newForgetting();
    const id = add('handbook', { title: 'Gone', text: 'words' });
    const wanted = update(await page(id), 'new words');
    await forget(id);
    await expect(write(wanted, agent('a'))).rejects.toMatchObject({ name: 'NotDone' });
  });

  test('takes the bytes with it even while another has the file open', async () => {
    const { path, add, forget } = await newForgetting();
    const other = openBase({ path });
    const id = add('handbook', { title: 'Gone', text: 'unmistakableword' });
    await other.page(id, other.reader);
    expect(await forget(id)).toMatchObject({ shredded: true });
    expect(bytesOf(path)).not.toContain('unmistakableword');
    expect(await other.reader.page(id)).toBeNull();
    other.store.close();
  });
});

test('a page of another backend is hidden and refused, and has to be deleted there by hand', async () => {
  const { ledger } = await newLedger();
  const wiki = new FakeKnowledge();
  const id = wiki.add('handbook', { title: 'Tips', text: 'poison' });
  const backend = {
    ledger,
    store: null,
    reader: wiki.reader(),
    origin: 'https://wiki.example',
    now: Date.now,
    vectors: null,
  };
  expect(await forgetEntry(backend, { page: id, reason, dryRun: false })).toMatchObject({
    ...{ title: 'Tips', texts: 1, taken_out: false, trace: null },
  });
  expect(await listTombstones(ledger.db)).toMatchObject([{ thing: `page:${id}`, backend: 'https://wiki.example' }]);
  await expect(forgetEntry(backend, { page: 'none', reason, dryRun: true })).rejects.toMatchObject({
    code: 'not_found',
  });
});
