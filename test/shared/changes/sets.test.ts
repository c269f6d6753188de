import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decideSet } from '#shared/changes/decide-set.ts';
import { openIncident } from '#shared/changes/incident.ts';
import { requestSet, type SetAsked } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { unsealSet } from '#shared/changes/set.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { dueWork } from '#shared/ledger/leases.ts';
import { findSetSeal, membersOf } from '#shared/ledger/sets.ts';
import { alice, bob, type NotesKit, notesBlueprint, notesKit, workAll, workOnce } from '#test/fakes/notes-kit.ts';

let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit();
});
afterEach(() => kit.close());

async function applied(texts: Readonly<Record<string, string | null>>): Promise<string> {
  kit.clock.advance(1_000);
  const id = await kit.approved(texts);
  await workAll(kit.context);
  return id;
}

const queue = () => ({ ledger: kit.ledger, now: kit.clock.now });
const all = (since: string) => ({ agent: 'note-bot', since, choice: 'untouched', reason: 'poisoned' }) as const;

/** Asks for a set, lets it be planned, and seals it. */
async function sealed(asked: SetAsked) {
  const id = await requestSet(queue(), alice, asked);
  for (let round = 0; round < 3; round += 1) {
    await workAll(kit.context);
    await sealSet(queue(), id);
  }
  const kept = await findSetSeal(kit.ledger.db, id);
  if (!kept) throw new Error('the set is not sealed');
  return { id, seal: kept.seal, ...unsealSet(kept) };
}

const decided = (set: { id: string; seal: string }, approver = alice, verb: 'approve' | 'reject' = 'approve') =>
  decideSet({ ...queue(), key: kit.key }, { setId: set.id, seal: set.seal, verb, approver, reason: '' });

const texts = (...ids: string[]) => ids.map((id) => kit.store.get(id).text);
const statuses = async (id: string) => (await membersOf(kit.ledger.db, id)).map(({ status }) => status);

describe('a set', () => {
  test('puts back all that an agent did since a time, newest first, by one decision', async () => {
    await applied({ a: 'before', b: 'before' });
    kit.clock.advance(1_000);
    const since = kit.clock.now().toISOString();
    const first = await applied({ a: 'one' });
    const second = await applied({ b: 'two', c: 'two' });
    const third = await applied({ a: 'three' });
    kit.blueprints.clear();
    const set = await sealed(all(since));
    expect(set).toMatchObject({ left_out: [], members: [{}, {}] });
    const restores = (await membersOf(kit.ledger.db, set.id)).map((row) => JSON.parse(row.restores ?? ''));
    expect(restores).toMatchObject([
      { change_id: first, also: [third], set: set.id },
      { change_id: second, set: set.id },
    ]);
    expect((await decided(set)).map(({ status }) => status)).toEqual(['approved', 'approved']);
    await workAll(kit.context);
    expect(await statuses(set.id)).toEqual(['applied', 'applied']);
    expect(texts('a', 'b', 'c')).toEqual(['before', 'before', null]);
  });

  test('says what it leaves out and why, and one item that fails stops no other', async () => {
    const since = kit.clock.now().toISOString();
    await applied({ a: 'one' });
    const back = await applied({ b: 'two' });
    await applied({ c: 'three' });
    kit.store.write('b', null);
    const set = await sealed(all(since));
    expect(set.left_out).toEqual([{ change_id: back, why: 'There is nothing to put back.' }]);
    kit.store.write('a', 'theirs by now');
    await decided(set);
    await workAll(kit.context);
    expect([...(await statuses(set.id))].sort()).toEqual(['applied', 'failed', 'stale']);
    expect(texts('a', 'b', 'c')).toEqual(['theirs by now', null, null]);
  });

  test('is carried out by a server in its order, one restore after the other', async () => {
    const since = kit.clock.now().toISOString();
    for (const note of ['a', 'b', 'c']) await applied({ [note]: 'one' });
    const set = await sealed(all(since));
    await decided(set);
    const due = async () => (await dueWork(kit.ledger.db, 'notes', kit.clock.now().getTime())).map(({ id }) => id);
    for (const { change_id: next } of set.members) {
      expect(await due()).toEqual([next]);
      await workOnce(kit.context);
    }
    expect([await due(), ...texts('a', 'b', 'c')]).toEqual([[], null, null, null]);
  });

  test('is decided only as it was shown, and once', async () => {
    const id = await applied({ a: 'one' });
    const set = await sealed({ changeIds: [id], choice: 'refuse', reason: 'wrong' });
    await expect(decided({ ...set, seal: '0'.repeat(64) })).rejects.toMatchObject({ code: 'seal_mismatch' });
    await decided(set, bob, 'reject');
    expect(await statuses(set.id)).toEqual(['rejected']);
    await expect(decided(set)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('cannot be decided before all of it is planned', async () => {
    const id = await requestSet(queue(), alice, {
      changeIds: [await applied({ a: 'one' })],
      choice: 'refuse',
      reason: 'wrong',
    });
    await sealSet(queue(), id);
    await expect(decided({ id, seal: '' })).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('puts back one by one what cannot be one, the newest first, and says what that leaves', async () => {
    await kit.close();
    kit = await notesKit({ combines: false });
    const since = kit.clock.now().toISOString();
    const first = await applied({ a: 'one' });
    const second = await applied({ a: 'two' });
    const other = await applied({ b: 'two' });
    const set = await sealed(all(since));
    const restores = (await membersOf(kit.ledger.db, set.id)).map((row) => JSON.parse(row.restores ?? ''));
    expect(restores).toMatchObject([
      { change_id: other },
      { change_id: first, also: [second] },
      { change_id: second },
      { change_id: first },
    ]);
    expect(set.left_out).toEqual([{ change_id: first, why: 'There is nothing to put back.\n- a' }]);
    await decided(set);
    await workAll(kit.context);
    expect(texts('a', 'b')).toEqual(['one', null]);
  });

  test('over the work of others wants a second person', async () => {
    const id = await applied({ a: 'one' });
    kit.store.write('a', 'theirs');
    const over = await sealed({ changeIds: [id], choice: 'overwrite', reason: 'wrong' });
    await expect(decided(over)).rejects.toMatchObject({ code: 'not_permitted' });
    await decided(over, bob);
    await workAll(kit.context);
    expect(texts('a')).toEqual([null]);
  });

  test('of nothing is refused', async () => {
    await expect(requestSet(queue(), alice, all('2027-01-01T00:00:00.000Z'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

const restoredBy = async (id: string) =>
  JSON.parse((await findChange(kit.ledger.db, id))?.restores ?? '{}').change_id as string;

describe('an incident', () => {
  const open = (more: { prepare?: boolean; withdraw?: boolean } = {}) =>
    openIncident(queue(), alice, { ...all('2027-01-01T00:00:00.000Z'), prepare: false, withdraw: false, ...more });

  test('stops the agent, and tells what would be put back, without asking for it', async () => {
    const done = await applied({ a: 'one' });
    const { changeId: waits } = await kit.propose({ b: 'two' });
    const found = await open();
    expect(found.changes.map(({ id }) => id).sort()).toEqual([done, waits].sort());
    expect(found).toMatchObject({ withdrawn: [], sets: [], contents: { groups: [[{ id: done }]] } });
    await kit.decide(waits);
    await workAll(kit.context);
    expect([await kit.status(waits), texts('b')]).toEqual(['approved', [null]]);
    expect((await open()).stop).toBe(found.stop);
    await expect(kit.propose({ c: 'x' })).rejects.toMatchObject({ code: 'not_permitted' });
  });

  test('takes back what waits, and prepares the set, where that is asked for', async () => {
    await applied({ a: 'one' });
    const { changeId: waits } = await kit.propose({ b: 'two' });
    const { sets, withdrawn } = await open({ prepare: true, withdraw: true });
    const [set] = sets;
    expect([withdrawn, await kit.status(waits)]).toEqual([[waits], 'withdrawn']);
    expect((await findChange(kit.ledger.db, waits))?.note).toBe('poisoned');
    await workAll(kit.context);
    await sealSet(queue(), set ?? '');
    const kept = await findSetSeal(kit.ledger.db, set ?? '');
    await decided({ id: set ?? '', seal: kept?.seal ?? '' });
    await workAll(kit.context);
    expect(texts('a')).toEqual([null]);
  });

  test('prepares a set for each kind of people who decide, so that each can be decided', async () => {
    const ids = [await applied({ a: 'one' }), await applied({ b: 'two' })];
    const group = `review: { rules: [{ flags: none, by: ["group:x", local] }] }`;
    kit.blueprint = notesBlueprint(['a', 'b', 'c'], group);
    kit.blueprints.set(kit.blueprint.name, kit.blueprint);
    ids.push(await applied({ c: 'three' }));
    const { sets } = await open({ prepare: true });
    await workAll(kit.context);
    const put = await Promise.all(sets.map(async (set) => (await membersOf(kit.ledger.db, set)).map(({ id }) => id)));
    const undone = await Promise.all(put.map((members) => Promise.all(members.map((id) => restoredBy(id)))));
    expect(undone).toEqual([[ids[2]], [ids[1], ids[0]]]);
    for (const set of sets) {
      await sealSet(queue(), set);
      await decided({ id: set, seal: (await findSetSeal(kit.ledger.db, set))?.seal ?? '' });
    }
    await workAll(kit.context);
    expect(texts('a', 'b', 'c')).toEqual([null, null, null]);
  });

  test('of an agent that did nothing stops it all the same', async () => {
    kit.blueprint = notesBlueprint(['a']);
    expect(await open({ prepare: true })).toMatchObject({ changes: [], sets: [] });
    await expect(kit.propose({ a: 'x' })).rejects.toMatchObject({ code: 'not_permitted' });
  });
});
