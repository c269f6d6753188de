import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { figuresSince } from '#shared/ledger/figures.ts';
import { lastSeq, type MovesOf, movedAfter, newestMoves, seqOfMove } from '#shared/ledger/moved.ts';
import {
  enterReceiver,
  findReceiver,
  listReceivers,
  noteDelivered,
  noteFailed,
  releaseReceiver,
  takeReceiver,
} from '#shared/ledger/receivers.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { kitsOnEachEngine, type Look, lookAt } from './engines.ts';

kitsOnEachEngine(() => {
  let kit: NotesKit;
  let look: Look;
  beforeEach(async () => {
    kit = await notesKit();
    look = await lookAt(kit.ledgerPath);
  });
  afterEach(async () => {
    await look.close();
    await kit.close();
  });

  test('every move of a change is on record, with who made it', async () => {
    const id = await kit.approved({ a: 'x' });
    await workAll(kit.context);
    const events = await eventsOf(kit.ledger.db, id);
    expect(events.map(({ type, actor }) => `${type} ${actor.kind}`)).toEqual([
      'change.asked agent',
      'change.pending agent',
      'decision.made person',
      'change.approved person',
      'change.dispatched server',
      'step.begun server',
      'step.ended server',
      'state.left server',
      'change.applied server',
    ]);
  });

  test('moves are told in order, to whom they concern, from any event on', async () => {
    const { db } = kit.ledger;
    const [first, second] = [await kit.approved({ a: 'x' }), await kit.approved({ b: 'x' })];
    const told = async (after: number, of: MovesOf, limit = 50) =>
      (await movedAfter(db, { after, of, limit })).moved.map(({ changeId, to }) => [changeId, to]);
    const own = { agent: 'note-bot', blueprint: 'note-keeper' };
    const all = [first, second].flatMap((id) => ['pending', 'approved'].map((to) => [id, to]));
    expect(await told(0, own)).toEqual(all);
    expect(await told(0, 'all')).toEqual(all);
    expect(await told(0, { blueprints: ['note-keeper'] }, 1)).toEqual(all.slice(0, 1));
    for (const other of [{ ...own, agent: 'x' }, { ...own, blueprint: 'x' }, { blueprints: ['x'] }]) {
      expect(await movedAfter(db, { after: 0, of: other, limit: 9 })).toEqual({ moved: [], seen: await lastSeq(db) });
    }
    const { moved, seen } = await movedAfter(db, { after: 0, of: own, limit: 2 });
    expect(await told(seen, own)).toEqual(all.slice(2));
    const last = moved.at(-1)?.hash ?? '';
    expect(await told((await seqOfMove(db, own, last)) ?? 0, own)).toEqual(all.slice(2));
    expect(await seqOfMove(db, { ...own, agent: 'x' }, last)).toBeUndefined();
    expect((await newestMoves(db, own, 1)).map(({ changeId, to }) => [changeId, to])).toEqual(all.slice(3));
  });

  test('figures count what was decided, by whom and how fast, and what became of it, since a time', async () => {
    const { db } = kit.ledger;
    const before = kit.clock.now();
    const decided = async (note: string, ms: number, verb: 'approve' | 'reject', by = alice) => {
      const { changeId } = await kit.propose({ [note]: `${note} ${ms}` });
      kit.clock.advance(ms);
      await kit.decide(changeId, verb, by);
      return changeId;
    };
    expect(await figuresSince(db, before)).toMatchObject({
      decisions: { approve: 0, reject: 0 },
      people: [],
      waits: { of: 0, median_s: null, p90_s: null, under_5s: 0 },
      outcomes: {},
      restores: {},
    });
    await decided('a', 1_000, 'approve');
    await workAll(kit.context);
    kit.clock.advance(1_000);
    const since = kit.clock.now();
    const original = await decided('a', 4_999, 'approve');
    await workAll(kit.context);
    await decided('b', 5_000, 'reject', bob);
    await decided('c', 60_000, 'approve');
    const request = { change_id: original, choice: 'refuse', reason: 'Wrong.' } as const;
    const context = { ledger: kit.ledger, now: kit.clock.now };
    await requestRestore(context, { blueprint: kit.blueprint }, request, null);
    expect(await figuresSince(db, since)).toEqual({
      since: since.toISOString(),
      decisions: { approve: 2, reject: 1 },
      by: { person: 3, policy: 0, grant: 0, review: 0 },
      people: [
        { ...alice, approve: 2, reject: 0 },
        { ...bob, approve: 0, reject: 1 },
      ],
      waits: { of: 3, median_s: 5, p90_s: 60, under_5s: 1 },
      outcomes: { applied: 1, rejected: 1, approved: 1, planning: 1 },
      restores: { planning: 1 },
    });
    expect((await figuresSince(db, before)).decisions).toEqual({ approve: 3, reject: 1 });
  });

  test('one sender at a time sends to a receiver, from where the last one was', async () => {
    const { db, write } = kit.ledger;
    await kit.approved({ a: 'x' });
    await write((tx) => enterReceiver(tx, 'runner'));
    const seq = await lastSeq(db);
    await kit.approved({ b: 'x' });
    await write((tx) => enterReceiver(tx, 'runner'));
    const as = (sender: string, now: number) => ({ name: 'runner', sender, now, until: now + 100 });
    const take = (sender: string, now: number) => write((tx) => takeReceiver(tx, as(sender, now)));
    expect(await take('one', 1000)).toMatchObject({ name: 'runner', seq, attempts: 0 });
    expect(await take('two', 1099)).toBeUndefined();
    expect(await take('one', 1050)).toMatchObject({ seq });
    expect(await take('two', 1150)).toMatchObject({ seq });
    const at = kit.clock.now().toISOString();
    const delivered = (sender: string, to: number) =>
      write((tx) => noteDelivered(tx, as(sender, 1150), { seq: to, at }));
    expect(await delivered('one', seq + 9)).toBe(false);
    expect(await delivered('two', seq + 1)).toBe(true);
    const vain = { at, problem: 'it answers HTTP 500', retryAt: 5000, seq: seq + 2, dropped: 1 };
    await write((tx) => noteFailed(tx, as('two', 1150), vain));
    expect(await take('one', 1151)).toMatchObject({ seq: seq + 2, attempts: 1, retry_at: 5000, failing_since: at });
    await write((tx) => noteFailed(tx, as('one', 1151), { ...vain, at: '2099-01-01T00:00:00.000Z' }));
    expect(await findReceiver(db, 'runner')).toMatchObject({
      attempts: 2,
      dropped: 2,
      failing_since: at,
      claimed_by: null,
    });
    await take('one', 1152);
    expect(await delivered('one', seq + 3)).toBe(true);
    await write((tx) => releaseReceiver(tx, { name: 'runner', sender: 'one' }));
    expect(await listReceivers(db)).toMatchObject([
      { attempts: 0, retry_at: null, failing_since: null, problem: null, delivered_at: at, claimed_by: null },
    ]);
  });

  test('no event is kept of a move that was refused', async () => {
    const id = await kit.approved({ a: 'x' });
    const before = await eventsOf(kit.ledger.db, id);
    await expect(kit.decide(id)).rejects.toThrow();
    expect(await eventsOf(kit.ledger.db, id)).toEqual(before);
  });

  describe('the chain of events', () => {
    beforeEach(async () => {
      await kit.approved({ a: 'x' });
      await kit.approved({ b: 'x' });
    });

    test('holds as it was written', async () => {
      expect(await verifyEvents(kit.ledger.db)).toBeNull();
    });

    test.each([
      ['at', '2000-01-01T00:00:00.000Z'],
      ['type', 'change.rejected'],
      ['change_id', 'chg_other'],
      ['change_id', null],
      ['actor', '{"kind":"person"}'],
      ['body', '{}'],
      ['previous', 'f'.repeat(64)],
      ['hash', 'f'.repeat(64)],
    ])('shows an edited %s', async (column, value) => {
      await look.run(`update events set ${column} = ? where seq = 3`, value);
      expect(await verifyEvents(kit.ledger.db)).toEqual({ seq: 3 });
    });

    test.each([
      [1, 2],
      [4, 5],
    ])('shows that event %d was deleted', async (gone, first) => {
      await look.run('delete from events where seq = ?', gone);
      expect(await verifyEvents(kit.ledger.db)).toEqual({ seq: first });
    });

    test('shows events in another order', async () => {
      await look.run('update events set seq = 99 where seq = 3');
      await look.run('update events set seq = 3 where seq = 4');
      await look.run('update events set seq = 4 where seq = 99');
      expect(await verifyEvents(kit.ledger.db)).toEqual({ seq: 3 });
    });

    test('shows an event put in between', async () => {
      await look.run('update events set seq = seq + 100 where seq > 3');
      await look.run(
        "insert into events select 4, at, type, change_id, actor, body, hash, 'x' from events where seq = 3",
      );
      expect(await verifyEvents(kit.ledger.db)).toEqual({ seq: 4 });
    });
  });
});
