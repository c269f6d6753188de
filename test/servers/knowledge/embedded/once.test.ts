import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openEmbedded } from '#servers/knowledge/embedded/open.ts';
import { writeOnce } from '#servers/knowledge/embedded/write/once.ts';
import type { SqlValue } from '#shared/sqlite/sql.ts';
import { basics } from '#test/fakes/environment.ts';
import {
  agent,
  found,
  markdown,
  newBase,
  newFolder,
  newMark,
  openBase,
  present,
  query,
  refOf,
  stale,
  update,
} from './base.ts';

const run = promisify(execFile);
/** A process of its own, told by a file that has nothing of the test runner in it. */
const program = fileURLToPath(new URL('write-and-die.ts', import.meta.url));

const file = () => join(newFolder(), 'knowledge', 'knowledge.db');

describe('a write', () => {
  test('takes effect once, and a second run of it gets the first answer', async () => {
    const { reader, write, add, page } = newBase();
    const at = await page(add('handbook'));
    const wanted = { kind: 'comment', page: refOf(at), body: markdown('Once'), replyTo: null } as const;
    const mark = newMark();
    const first = await write(wanted, agent('a'), mark);
    expect(await write(wanted, agent('a'), mark)).toEqual(first);
    expect((await reader.comments(at, { limit: 10 })).items).toHaveLength(1);
    expect(await reader.landed(wanted, mark)).toEqual({ landed: first });
    const others = [
      [wanted, { ...mark, token: 'other' }],
      [{ ...wanted, body: markdown('Twice') }, mark],
    ] as const;
    for (const [other, its] of others) expect(await reader.landed(other, its)).toBe('not_found');
  });

  test('that is refused did not land, and may be tried again', async () => {
    const { reader, write, add, edit, page } = newBase();
    const id = add('handbook', { text: 'one' });
    const [wanted, mark] = [update(await page(id), 'ours'), newMark()];
    edit(id, 'theirs');
    await expect(write(wanted, agent('a'), mark)).rejects.toMatchObject(stale);
    expect(await reader.landed(wanted, mark)).toBe('not_found');
    expect((await page(id)).body.text).toBe('theirs');
    await write(update(await page(id), 'ours'), agent('a'), mark);
    expect((await page(id)).body.text).toBe('ours');
  });

  test('leaves nothing when it fails in its middle, in the index either', async () => {
    const { store, reader, add, page } = newBase();
    const id = add('handbook', { text: 'teapot' });
    const failing = {
      ...store,
      run: (sql: string, ...values: SqlValue[]) => {
        if (sql.startsWith('insert into done')) throw new Error('the power is gone');
        return store.run(sql, ...values);
      },
    };
    const before = await page(id);
    expect(() => writeOnce(failing, update(before, 'kettle'), newMark(), agent('a'))).toThrow('the power is gone');
    expect(await page(id)).toEqual(before);
    expect(await found(reader, query('kettle'))).toEqual([]);
    expect(await found(reader, query('teapot'))).toHaveLength(1);
  });

  test('whose transaction cannot begin was not done, and says so', async () => {
    const { store, add, page } = newBase();
    const wanted = update(await page(add('handbook')), 'ours');
    store.run('pragma query_only = on');
    expect(() => writeOnce(store, wanted, newMark(), agent('a'))).toThrow(
      expect.objectContaining({ name: 'NotDone', kind: 'unavailable' }),
    );
  });
});

describe('one file', () => {
  test('serves two servers at once: of two editors of one page the second is told', async () => {
    const path = file();
    const [one, other] = [newBase({ path }), newBase({ path })];
    expect(other.origin).toBe(one.origin);
    const id = one.add('handbook', { text: 'as it was' });
    const [mine, yours] = [update(await one.page(id), 'mine'), update(await other.page(id), 'yours')];
    const ends = await Promise.allSettled([one.write(mine), other.write(yours)]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: stale });
    const texts = (await one.reader.history(await other.page(id), { limit: 10 })).items;
    expect(texts).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test('knows what a process did that died before it could answer, and nothing of what it had only begun', async () => {
    const path = file();
    const { reader, add, page, store, write } = newBase({ path });
    const at = await page(add('handbook', { text: 'as it was' }));
    const [done, undone] = ['After', 'Within'].map((text) => update(at, text));
    if (done === undefined || undone === undefined) throw new Error('unreachable');
    const [after, within] = [newMark(), newMark()];
    const dies = (wanted: object, mark: object, when: string) =>
      run(process.execPath, [program, path, JSON.stringify(wanted), JSON.stringify(mark), when], { env: basics() });
    await expect(dies(undone, within, 'within')).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect((await page(at.id)).body.text).toBe('as it was');
    expect(await found(reader, query('Within'))).toEqual([]);
    await expect(dies(done, after, 'after')).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(await reader.landed(done, after)).toMatchObject({ landed: { id: at.id } });
    expect(await reader.landed(undone, within)).toBe('not_found');
    await write(done, agent('a'), after);
    await expect(write(undone, agent('a'), within)).rejects.toMatchObject(stale);
    expect((await page(at.id)).body.text).toBe('After');
    expect((await reader.history(at, { limit: 10 })).items).toHaveLength(2);
    expect(store.one('pragma quick_check')).toEqual({ quick_check: 'ok' });
  });

  test('that has other things, or is of a later version, is refused in words', async () => {
    const path = join(newFolder(), 'knowledge.db');
    writeFileSync(path, 'not a database at all, and long enough to be looked at');
    for (const wrong of [path, join(path, '..')]) {
      await expect(openEmbedded({ path: wrong })).rejects.toMatchObject({ code: 'bad_configuration' });
    }
    const later = file();
    openBase({ path: later }).store.run('pragma user_version = 99');
    await expect(openEmbedded({ path: later })).rejects.toMatchObject({
      code: 'bad_configuration',
      message: expect.stringContaining('later version'),
    });
  });

  test('keeps what was written from being changed or deleted, also by a mistake of ours', async () => {
    const { store, add } = newBase();
    const root = add('handbook');
    const child = add('handbook', { under: root });
    const wrong = [
      ["update revision set title = 'x'", 'revision is kept'],
      ['delete from revision', 'revision is kept'],
      ['delete from head', 'head is kept'],
      ['update place set at = 1', 'place is kept'],
      ['delete from page', 'page is kept'],
      ["update page set ref = 'pg_x'", 'page is kept'],
    ] as const;
    for (const [sql, message] of wrong) expect(() => store.run(sql)).toThrow(message);
    const cycle = 'update page set parent = (select id from page where ref = ?) where ref = ?';
    expect(() => store.run(cycle, child, root)).toThrow('a page cannot be above itself');
    expect(() => store.run(cycle, root, root)).toThrow('a page cannot be above itself');
    expect(present(store.one<{ count: number }>('select count(*) as count from page')).count).toBe(2);
  });
});
