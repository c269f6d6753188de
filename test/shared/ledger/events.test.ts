import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventsOf, verifyEvents } from '#shared/ledger/events.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
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
