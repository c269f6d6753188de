import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { openEmbedded } from '#servers/tickets/embedded/open.ts';
import { writeOnce } from '#servers/tickets/embedded/write/once.ts';
import type { SqlValue } from '#shared/sqlite/sql.ts';
import { basics } from '#test/fakes/environment.ts';
import { markdown, newFolder, newMark, newTracker, seed, stale } from './tracker.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('write-and-die.ts', import.meta.url));

const file = () => join(newFolder(), 'tickets', 'tracker.db');

describe('a write', () => {
  test('takes effect once, and a second run of it gets the first answer', async () => {
    const { reader, write, ticket } = newTracker({ fill: seed });
    const wanted = {
      kind: 'comment',
      ticket: await ticket('WEB-12'),
      body: markdown('Once'),
      visibleTo: 'team',
    } as const;
    const mark = newMark();
    const first = await write(wanted, mark);
    expect(await write(wanted, mark)).toEqual(first);
    expect((await reader.comments(wanted.ticket, { limit: 10 })).items).toHaveLength(3);
    expect(await reader.landed(wanted, mark)).toEqual({ landed: first });
  });

  test('is another one with another mark or another content', async () => {
    const { reader, write, ticket } = newTracker({ fill: seed });
    const wanted = {
      kind: 'comment',
      ticket: await ticket('WEB-12'),
      body: markdown('Once'),
      visibleTo: 'team',
    } as const;
    const mark = newMark();
    await write(wanted, mark);
    const others: readonly (readonly [TicketWrite, typeof mark])[] = [
      [wanted, { ...mark, token: 'other' }],
      [wanted, { ...mark, changeId: 'chg_other' }],
      [{ ...wanted, body: markdown('Twice') }, mark],
    ];
    for (const [other, with_] of others) expect(await reader.landed(other, with_)).toBe('not_found');
    for (const [other, with_] of others) await write(other, with_);
    expect((await reader.comments(wanted.ticket, { limit: 10 })).items).toHaveLength(6);
  });

  test('that is refused did not land, and may be tried again', async () => {
    const { reader, write, ticket, as } = newTracker({ fill: seed });
    const at = await ticket('WEB-12');
    const wanted = { kind: 'update', ticket: at, expect: { title: at.title }, set: { title: 'Ours' } } as const;
    const mark = newMark();
    as('bob').edit('WEB-12', { title: 'Theirs' });
    await expect(write(wanted, mark)).rejects.toMatchObject(stale);
    expect(await reader.landed(wanted, mark)).toBe('not_found');
    as('bob').edit('WEB-12', { title: at.title });
    await write(wanted, mark);
    expect((await ticket('WEB-12')).title).toBe('Ours');
  });

  test('leaves nothing when it fails in its middle', async () => {
    const { reader, tracker, ticket } = newTracker({ fill: seed });
    const at = await ticket('WEB-12');
    const failing = {
      ...tracker,
      run: (sql: string, ...values: SqlValue[]) => {
        if (sql.startsWith('insert into done')) throw new Error('the power is gone');
        return tracker.run(sql, ...values);
      },
    };
    const set = { title: 'Ours', labels: ['x'] };
    const wanted: TicketWrite = { kind: 'update', ticket: at, expect: {}, set };
    expect(() => writeOnce(failing, 1, wanted, newMark())).toThrow('the power is gone');
    expect(await ticket('WEB-12')).toEqual(at);
    const found = await reader.history(at, { limit: 1 });
    expect(found.items[0]?.changes).not.toContainEqual(expect.objectContaining({ after: 'Ours' }));
  });

  test('that the file itself does not take is refused, and nothing of it is there', async () => {
    const { tracker, ticket } = newTracker({ fill: seed });
    const at = await ticket('WEB-12');
    tracker.run("create trigger no before insert on done begin select raise(abort, 'no'); end");
    expect(() => writeOnce(tracker, 1, { kind: 'archive', ticket: at }, newMark())).toThrow(
      expect.objectContaining({ name: 'NotDone', kind: 'refused' }),
    );
    expect(await ticket('WEB-12')).toEqual(at);
  });

  test('whose transaction cannot begin was not done, and says so', async () => {
    const { tracker, ticket } = newTracker({ fill: seed });
    const wanted = { kind: 'archive', ticket: await ticket('WEB-12') } as const;
    tracker.run('pragma query_only = on');
    expect(() => writeOnce(tracker, 1, wanted, newMark())).toThrow(
      expect.objectContaining({ name: 'NotDone', kind: 'unavailable' }),
    );
  });
});

describe('one file', () => {
  test('serves two servers at once: what one writes the other sees and refuses to do again', async () => {
    const path = file();
    const one = newTracker({ path, fill: seed });
    const other = newTracker({ path, fill: seed });
    expect(other.origin).toBe(one.origin);
    const wanted = { kind: 'archive', ticket: await one.ticket('WEB-12') } as const;
    const mark = newMark();
    const first = await one.write(wanted, mark);
    expect(await other.write(wanted, mark)).toEqual(first);
    await expect(other.write(wanted)).rejects.toMatchObject(stale);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test('knows what a process did that died before it could answer, and nothing of what it had only begun', async () => {
    const path = file();
    const { reader, ticket, tracker, write } = newTracker({ path, fill: seed });
    const comment = (text: string) => ({ kind: 'comment', body: markdown(text), visibleTo: 'team' }) as const;
    const at = await ticket('WEB-12');
    const dies = (text: string, mark: object, when: string) =>
      run(
        process.execPath,
        [program, path, JSON.stringify({ ...comment(text), ticket: at }), JSON.stringify(mark), when],
        {
          env: basics(),
        },
      );
    const [after, within] = [newMark(), newMark()];
    const ends = await Promise.allSettled([dies('After', after, 'after'), dies('Within', within, 'within')]);
    expect(ends).toMatchObject([{ reason: { signal: 'SIGKILL' } }, { reason: { signal: 'SIGKILL' } }]);
    const [done, undone] = [comment('After'), comment('Within')].map((each) => ({ ...each, ticket: at }));
    if (done === undefined || undone === undefined) throw new Error('unreachable');
    expect(await reader.landed(done, after)).toMatchObject({ landed: { id: expect.any(String) } });
    expect(await reader.landed(undone, within)).toBe('not_found');
    const texts = (await reader.comments(at, { limit: 10 })).items.map(({ body }) => body.text);
    expect(texts.filter((text) => text === 'After' || text === 'Within')).toEqual(['After']);
    await write(undone, within);
    await write(done, after);
    expect((await reader.comments(at, { limit: 10 })).items).toHaveLength(4);
    expect(tracker.one('pragma quick_check')).toEqual({ quick_check: 'ok' });
  });

  test('that is no tracker, or one of a later version, is refused in words', async () => {
    const path = join(newFolder(), 'tracker.db');
    writeFileSync(path, 'not a database at all, and long enough to be looked at');
    for (const wrong of [path, join(path, '..')]) {
      await expect(openEmbedded({ path: wrong })).rejects.toMatchObject({ code: 'bad_configuration' });
    }
    const later = file();
    newTracker({ path: later }).tracker.run('pragma user_version = 99');
    await expect(openEmbedded({ path: later })).rejects.toMatchObject({
      code: 'bad_configuration',
      message: expect.stringContaining('later version'),
    });
  });
});
