import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDifference } from '#shared/changes/difference.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { findDifference } from '#shared/ledger/differences.ts';
import { restoresOf } from '#shared/ledger/restores.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

async function applied(notes: Readonly<Record<string, string | null>>): Promise<string> {
  const id = await kit.approved(notes);
  await workAll(kit.context);
  return id;
}

type More = { readonly choice?: RestoreChoice; readonly dry_run?: true };

const ask = ([first, ...also]: readonly string[], { choice = 'refuse', ...more }: More = {}): Promise<string> =>
  requestRestore(
    { ledger: kit.ledger, now: kit.clock.now },
    { person: alice },
    { change_id: first ?? '', ...(also.length > 0 && { also }), choice, reason: 'wrong', ...more },
  );

async function planned(ids: readonly string[], more?: More): Promise<string> {
  const id = await ask(ids, more);
  await workAll(kit.context);
  return id;
}

async function restored(ids: readonly string[], choice?: RestoreChoice): Promise<string> {
  const id = await planned(ids, choice && { choice });
  await kit.decide(id, 'approve', bob);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  return id;
}

const texts = (...ids: string[]) => ids.map((id) => kit.store.get(id).text);

async function differenceOf(id: string) {
  const row = await findDifference(kit.ledger.db, id);
  if (!row) throw new Error('no difference was kept');
  return readDifference(row);
}

describe('what a restore finds', () => {
  test('is kept part by part: before, as we left it, now, and who else was there', async () => {
    kit.store.write('a', 'old');
    const id = await applied({ a: 'new', b: 'made', c: 'made' });
    kit.store.write('a', 'foreign');
    kit.store.write('c', null);
    const found = await differenceOf(await planned([id]));
    expect(found.parts.map(({ name, standing }) => [name, standing])).toEqual([
      ['a', 'changed'],
      ['b', 'as_left'],
      ['c', 'back'],
    ]);
    expect(found.parts[0]).toMatchObject({ later: [{ id: 'version 3' }], why: 'Somebody else wrote it.' });
    expect(found.outcomes).toEqual([
      { choice: 'refuse', summary: null, refused: 'Some notes were changed since.\n- a' },
      { choice: 'untouched', summary: 'Set b', refused: null },
      { choice: 'overwrite', summary: 'Set a, b', refused: null },
    ]);
  });

  test('is all that a dry run leaves: nothing waits for a decision, and it stands in no other restore’s way', async () => {
    const id = await applied({ a: 'new' });
    const tried = await ask([id], { dry_run: true });
    expect(await ask([id], { dry_run: true })).toBe(tried);
    const real = await ask([id]);
    expect(real).not.toBe(tried);
    await workAll(kit.context);
    expect([await kit.status(tried), await kit.status(real)]).toEqual(['compared', 'pending']);
    expect((await differenceOf(tried)).parts).toMatchObject([{ name: 'a', standing: 'as_left' }]);
    await expect(kit.decide(tried)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(texts('a')).toEqual(['new']);
  });
});

describe('several changes that are put back as one', () => {
  test('give back what was before the first, in one change that can itself be put back', async () => {
    kit.store.write('a', 'old');
    const first = await applied({ a: 'one', b: 'one' });
    const second = await applied({ b: 'two', c: 'two' });
    const third = await applied({ a: 'three', c: null });
    const undo = await restored([first, second, third]);
    expect(texts('a', 'b', 'c')).toEqual(['old', null, null]);
    expect((await restoresOf(kit.ledger.db, second)).map(({ id }) => id)).toEqual([undo]);
    await restored([undo]);
    expect(texts('a', 'b', 'c')).toEqual(['three', 'two', null]);
  });

  test.each([
    ['untouched', ['old', 'between', null]],
    ['overwrite', ['old', null, null]],
  ] as const)('where somebody was in between, with %s, give back %j', async (choice, expected) => {
    kit.store.write('a', 'old');
    const first = await applied({ a: 'one', b: 'one' });
    kit.store.write('b', 'between');
    const second = await applied({ b: 'two', c: 'two' });
    const refused = await planned([first, second]);
    expect([await kit.status(refused), (await findChange(kit.ledger.db, refused))?.note]).toEqual([
      'failed',
      'Some notes were changed since.\n- b',
    ]);
    const undo = await planned([first, second], { choice });
    if (choice === 'overwrite') {
      await expect(kit.decide(undo, 'approve', alice)).rejects.toMatchObject({ code: 'not_permitted' });
    }
    await kit.decide(undo, 'approve', bob);
    await workAll(kit.context);
    expect(texts('a', 'b', 'c')).toEqual(expected);
  });

  test('are each named once, are there, and were carried out', async () => {
    const id = await applied({ a: 'new' });
    const { changeId: waits } = await kit.propose({ b: 'x' });
    await expect(ask([id, id])).rejects.toMatchObject({ code: 'invalid_arguments' });
    await expect(ask([id, waits])).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(ask([id, `chg_${'0'.repeat(26)}`])).rejects.toMatchObject({ code: 'not_found' });
  });
});
