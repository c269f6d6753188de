import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { influencedBy } from '#shared/changes/influence.ts';
import { readsBefore } from '#shared/changes/trace-change.ts';
import { traceEntry } from '#shared/changes/trace-entry.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { insertTombstone } from '#shared/ledger/tombstones.ts';
import { type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { reads, told } from '#test/fakes/reads.ts';
import { kitsOnEachEngine } from '../ledger/engines.ts';

const since = '2027-01-01T00:00:00.000Z';
const second = 1_000;

kitsOnEachEngine(() => {
  let kit: NotesKit;
  beforeEach(async () => {
    kit = await notesKit();
  });
  afterEach(() => kit.close());

  const readBefore = async (id: string, bounds?: Parameters<typeof readsBefore>[2]) =>
    readsBefore(kit.ledger.db, (await findChange(kit.ledger.db, id)) ?? expect.unreachable(), bounds);
  const entry = (name: string) => traceEntry(kit.ledger.db, { entry: name, since });
  /** A change that is carried out a second later. */
  const written = async (note: string, text: string): Promise<string> => {
    kit.clock.advance(second);
    const id = await kit.approved({ [note]: text });
    await workAll(kit.context);
    kit.clock.advance(second);
    return id;
  };
  const note = (id: string) => told(`note:${id}`, { name: `note ${id}` });
  const readNote = (id: string) => reads(kit, [note(id)], { server: 'notes', tool: 'get_note' });

  describe('of a change', () => {
    test('what its agent had read before it on any server, the latest first, each at a revision once', async () => {
      await reads(kit, [told('ticket:1', { rank: 4 }), told('ticket:2', { trust: 'untrusted', rank: 2 })]);
      kit.clock.advance(second);
      await reads(kit, [told('ticket:1', { rank: 3 })], { tool: 'search_tickets' });
      await reads(kit, [told('page:1', { revision: null })], { server: 'knowledge', tool: 'read_page' });
      await reads(kit, [told('ticket:9')], { agent: 'another-bot' });
      const at = kit.clock.now().toISOString();
      const stone = { server: 'knowledge', backend: 'k', thing: 'page:1', name: 'Page', digests: [], reason: 'Wrong.' };
      const actor = { kind: 'person', issuer: 'local', subject: 'alice' } as const;
      await kit.ledger.write((tx) => insertTombstone(tx, { ...stone, actor, at }));
      const { changeId } = await kit.propose({ a: 'x' });
      kit.clock.advance(second);
      await reads(kit, [told('ticket:3')]);
      const found = await readBefore(changeId);
      expect(found).toMatchObject({ untrusted: 1, more: 0, leftOutBefore: null, untrustedSince: 0 });
      expect(
        found?.reads.map(({ thing, rank, times, tools, forgotten }) => [thing, rank, times, tools, forgotten]),
      ).toEqual([
        ['page:1', null, 1, ['read_page'], true],
        ['ticket:1', 3, 2, ['search_tickets', 'get_ticket'], false],
        ['ticket:2', 2, 1, ['get_ticket'], false],
      ]);
      expect(await readBefore(changeId, { reads: 2, things: 1, since: 10 })).toMatchObject({
        more: 1,
        complete: false,
      });
    });

    test('says from when on it is complete', async () => {
      const { changeId } = await kit.propose({ a: 'x' });
      const found = await readBefore(changeId);
      expect(found?.complete).toBe((found?.recordedFrom ?? '') <= (found?.session.from ?? ''));
    });
  });

  describe('of an entry', () => {
    test('who read it, and the changes that may have come of it, through what they wrote', async () => {
      await written('c', 'before anybody read it');
      await reads(kit, [told('ticket:1', { name: 'WEB-1', trust: 'untrusted' })]);
      const first = await written('a', 'poison');
      kit.clock.advance(25 * 3_600 * second);
      await readNote('c');
      const other = await written('c', 'later, of something else');
      await readNote('a');
      const next = await written('b', 'spread');
      await readNote('b');
      const { entries, readers, influenced, cut } = await entry('WEB-1');
      expect(entries).toEqual([{ server: 'tickets', thing: 'ticket:1', name: 'WEB-1', forgotten: false }]);
      expect(readers).toMatchObject([{ agent: 'note-bot', revision: 'r1', trust: 'untrusted', times: 1 }]);
      expect(influenced.map(({ id, steps, through }) => [id, steps, through.thing])).toEqual([
        [first, 1, 'ticket:1'],
        [next, 2, 'note:a'],
      ]);
      expect(influenced[0]).toMatchObject({ agent: 'note-bot', status: 'applied', wrote: [{ thing: 'note:a' }] });
      expect(cut).toBe(false);
      expect(influenced.map(({ id }) => id)).not.toContain(other);
      expect((await entry('tickets/ticket:1')).influenced).toEqual(influenced);
      const named = (text: string) => ({ server: 'notes', thing: `note:${text}` });
      const also = await traceEntry(kit.ledger.db, { entry: 'WEB-1', since }, () => [named('z')]);
      expect(also.influenced[0]?.wrote).toEqual([named('a'), named('z')]);
    });

    test('ends where what is written is read by who wrote it, again and again', async () => {
      await readNote('a');
      const first = await written('b', 'one');
      await readNote('b');
      const next = await written('a', 'two');
      await readNote('a');
      await readNote('b');
      const last = await written('a', 'three');
      const { influenced } = await entry('note a');
      expect(influenced.map(({ id }) => id)).toEqual([first, next, last]);
      const bounds = { entries: 1, reads: 9, changes: 9 };
      const from = { entries: [{ server: 'notes', thing: 'note:a' }], since };
      expect((await influencedBy(kit.ledger.db, from, () => [], bounds)).cut).toBe(true);
    });

    test('is nothing that nobody has read', async () => {
      await expect(entry('WEB-404')).rejects.toMatchObject({ code: 'not_found' });
      await expect(entry('tickets/ticket:404')).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
