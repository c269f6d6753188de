import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { alice, bob, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

async function applied(notes: Readonly<Record<string, string | null>>): Promise<string> {
  const id = await kit.approved(notes);
  await workAll(kit.context);
  expect(await kit.status(id)).toBe('applied');
  return id;
}

const ask = (id: string, choice: RestoreChoice = 'refuse', by = 'person'): Promise<string> =>
  requestRestore(
    { ledger: kit.ledger, now: kit.clock.now },
    by === 'person' ? { person: alice } : { blueprint: kit.blueprint },
    { change_id: id, choice, reason: 'wrong' },
  );

/** Asks, plans, decides and carries out; answers how it ended. */
async function restore(id: string, choice?: RestoreChoice, by?: string): Promise<string> {
  const restored = await ask(id, choice, by);
  await workAll(kit.context);
  if ((await kit.status(restored)) === 'pending') await kit.decide(restored, 'approve', bob);
  await workAll(kit.context);
  return restored;
}

const texts = (...ids: string[]) => ids.map((id) => kit.store.get(id).text);
const noteOf = async (id: string) => (await findChange(kit.ledger.db, id))?.note;

describe.each(['person', 'agent'])('a restore that a %s asks for', (by) => {
  test('puts back what was there, and can itself be put back', async () => {
    const odd = '\ufeffold \u0000 \r\n\u202e é é 🏔 ';
    kit.store.write('a', odd);
    kit.store.write('b', 'gone soon');
    const id = await applied({ a: 'new', b: null, c: 'made' });
    expect(texts('a', 'b', 'c')).toEqual(['new', null, 'made']);
    const first = await restore(id, 'refuse', by);
    expect(await kit.status(first)).toBe('applied');
    expect(texts('a', 'b', 'c')).toEqual([odd, 'gone soon', null]);
    const second = await restore(first, 'refuse', by);
    expect(await kit.status(second)).toBe('applied');
    expect(texts('a', 'b', 'c')).toEqual(['new', null, 'made']);
    await restore(second, 'refuse', by);
    expect(texts('a', 'b', 'c')).toEqual([odd, 'gone soon', null]);
  });

  test('is refused, naming what stands in the way, when somebody wrote since', async () => {
    const id = await applied({ a: 'new', b: 'new' });
    kit.store.write('b', 'foreign');
    const restored = await restore(id, 'refuse', by);
    expect(await kit.status(restored)).toBe('failed');
    expect(await noteOf(restored)).toBe('Some notes were changed since.\n- b');
    expect(texts('a', 'b')).toEqual(['new', 'foreign']);
  });

  test('puts back only what nobody wrote since, if so chosen', async () => {
    const id = await applied({ a: 'new', b: 'new' });
    kit.store.write('b', 'foreign');
    expect(await kit.status(await restore(id, 'untouched', by))).toBe('applied');
    expect(texts('a', 'b')).toEqual([null, 'foreign']);
  });

  test('overwrites what others wrote, if so chosen, and is flagged', async () => {
    const id = await applied({ a: 'new', b: 'new' });
    kit.store.write('b', 'foreign');
    const restored = await restore(id, 'overwrite', by);
    expect(await kit.status(restored)).toBe('applied');
    expect(texts('a', 'b')).toEqual([null, null]);
    const body = JSON.parse((await findSealed(kit.ledger.db, restored))?.body ?? '');
    expect(body.flags).toMatchObject([{ code: 'overwrites_others' }]);
    await restore(restored, 'refuse', by);
    expect(texts('a', 'b')).toEqual(['new', 'foreign']);
  });

  test('does nothing when somebody writes between its plan and its start', async () => {
    const id = await applied({ a: 'new' });
    const restored = await ask(id, 'overwrite', by);
    await workAll(kit.context);
    kit.store.write('a', 'foreign');
    await kit.decide(restored, 'approve', bob);
    await workAll(kit.context);
    expect(await kit.status(restored)).toBe('stale');
    expect(texts('a')).toEqual(['foreign']);
  });

  test('puts back what was done of a change that stopped half way', async () => {
    kit.store.write('a', 'old');
    const id = await kit.approved({ a: 'new', b: 'new' });
    kit.store.fail('put', () => {}, 'refuse');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('partial');
    expect(await kit.status(await restore(id, 'refuse', by))).toBe('applied');
    expect(texts('a', 'b')).toEqual(['old', null]);
    expect(kit.store.writes('b')).toBe(0);
  });

  test('waits while the backend cannot be asked, and is planned later', async () => {
    const id = await applied({ a: 'new' });
    const restored = await ask(id, 'refuse', by);
    kit.store.fail('find', 'fail_before', 'fail_before');
    await workAll(kit.context, 2);
    expect(await kit.status(restored)).toBe('planning');
    await workAll(kit.context);
    expect(await kit.status(restored)).toBe('pending');
  });

  test('of something that was not done is refused', async () => {
    const { changeId } = await kit.propose({ a: 'x' });
    await expect(ask(changeId, 'refuse', by)).rejects.toMatchObject({ code: 'wrong_state' });
    await kit.decide(changeId, 'reject');
    await expect(ask(changeId, 'refuse', by)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(ask(`chg_${'0'.repeat(26)}`, 'refuse', by)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('twice at once is one', async () => {
    const id = await applied({ a: 'new' });
    expect(await ask(id, 'refuse', by)).toBe(await ask(id, 'refuse', by));
    expect(await ask(id, 'refuse', by)).not.toBe(await ask(id, 'overwrite', by));
  });

  test('of a change to a system that this server no longer writes to ends', async () => {
    const id = await applied({ a: 'new' });
    const restored = await ask(id, 'refuse', by);
    await workAll(kit.executor('moved', { backend: 'elsewhere.test' }));
    expect(await kit.status(restored)).toBe('failed');
    expect(texts('a')).toEqual(['new']);
  });
});

describe('an agent', () => {
  test('does not know the changes of others', async () => {
    const id = await applied({ a: 'new' });
    kit.blueprint = { ...kit.blueprint, name: 'other' };
    await expect(ask(id, 'refuse', 'agent')).rejects.toMatchObject({ code: 'not_found' });
    kit.blueprint = { ...kit.blueprint, name: 'note-keeper', agent: 'other' };
    await expect(ask(id, 'refuse', 'agent')).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each<[string, () => void]>([
    ['is gone', () => kit.blueprints.clear()],
    ['no longer grants the note', () => kit.blueprints.set('note-keeper', notesBlueprint(['b']))],
    [
      'has ended',
      () => {
        const more = 'delegation: { granted_by: bob, reason: x, expires: 2026-01-01 }';
        kit.blueprints.set('note-keeper', notesBlueprint(['a'], more));
      },
    ],
  ])('gets no restore when its blueprint %s', async (_what, stop) => {
    const id = await applied({ a: 'new' });
    const restored = await ask(id, 'refuse', 'agent');
    stop();
    await workAll(kit.context);
    expect(await kit.status(restored)).toBe('failed');
    expect(texts('a')).toEqual(['new']);
  });

  test('counts its restores against its limits', async () => {
    const id = await applied({ a: 'new' });
    kit.blueprint = notesBlueprint(['a'], 'limits: { writes_per_hour: 1 }');
    await expect(ask(id, 'refuse', 'agent')).rejects.toMatchObject({ code: 'limit_reached' });
  });
});

describe('a person', () => {
  test('may put back what an agent did whose blueprint is gone', async () => {
    const id = await applied({ a: 'new' });
    kit.blueprints.clear();
    expect(await kit.status(await restore(id))).toBe('applied');
    expect(texts('a')).toEqual([null]);
  });

  test('may approve their own restore that touches nobody else’s work', async () => {
    const restored = await ask(await applied({ a: 'new' }));
    await workAll(kit.context);
    expect(await kit.decide(restored, 'approve', alice)).toBe('approved');
  });

  test('may not alone approve their own restore that overwrites what others wrote', async () => {
    const id = await applied({ a: 'new' });
    kit.store.write('a', 'foreign');
    const restored = await ask(id, 'overwrite');
    await workAll(kit.context);
    await expect(kit.decide(restored, 'approve', alice)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.status(restored)).toBe('pending');
    expect(await kit.decide(restored, 'approve', bob)).toBe('approved');
  });
});
