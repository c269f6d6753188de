import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isOpen, type Status, statuses } from '#shared/changes/transitions.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { keepContents, readContents } from '#shared/ledger/contents.ts';
import { countDroppable, dropContents, droppedContents } from '#shared/ledger/drop-contents.ts';
import { dropReads, readsDroppedUntil } from '#shared/ledger/drop-reads.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { activeHolds, endHold, insertHold } from '#shared/ledger/holds.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { insertReads, readsKept } from '#shared/ledger/reads.ts';
import { onEachEngine, type Raw } from './engines.ts';
import { at, bring, insertPlanning, move } from './rows.ts';

const actor = { kind: 'person', issuer: 'local', subject: 'operator' } as const;
const day = 86_400_000;
const daysOn = (days: number): Date => new Date(Date.parse(at) + days * day);

onEachEngine((open) => {
  let raw: Raw;
  let ledger: Ledger;
  beforeAll(async () => {
    raw = await open();
    ledger = await openLedger(raw.location);
  });
  afterAll(async () => {
    await ledger.close();
    await raw.close();
  });

  // What another test left to drop is none of the next one's.
  beforeEach(async () => {
    await drop(0, daysOn(99));
  });

  async function use(id: string, bytes: Uint8Array): Promise<string> {
    await ledger.write((tx) => keepContents(tx, ledger.vault, id, new Map([[sha256(bytes), bytes]])));
    return id;
  }
  const isKept = async (bytes: Uint8Array): Promise<boolean> =>
    (await raw.all('select 1 from content_chunks where sha256 = ?', sha256(bytes))).length > 0;
  const drop = (days: number, now: Date) => dropContents(ledger, { days, now, actor });
  const hold = (scope: 'change' | 'agent', value: string) =>
    ledger.write((tx) => insertHold(tx, { scope, value, reason: 'a case', actor, at }));
  const unhold = (id: number) => ledger.write((tx) => endHold(tx, { id, reason: 'over', actor, at }));

  test('of what was read, nothing goes but what it is on record of that it does', async () => {
    const read = { agent: 'a', blueprint: 'b', server: 's', tool: 't', event: 'e' };
    const told = [{ thing: 'page:1', name: 'Page', revision: null, rank: null, trust: 'trusted' }] as const;
    const times = [...Array(600).fill(daysOn(0)), daysOn(40), daysOn(69)].map((time) => time.toISOString());
    await ledger.write((tx) =>
      insertReads(
        tx,
        times.map((time) => ({ ...read, first: time, at: time, told })),
      ),
    );
    const gone = async () => ledger.db.deleteFrom('reads').execute();
    await expect(gone()).rejects.toThrow('countersign: reads is append-only');
    expect(await dropReads(ledger, { days: 30, now: daysOn(70), actor })).toEqual({ reads: 600 });
    await expect(gone()).rejects.toThrow('countersign: reads is append-only');
    expect(await dropReads(ledger, { days: 0, now: daysOn(70), actor })).toEqual({ reads: 1 });
    expect(await readsKept(ledger.db)).toEqual({ recordedFrom: daysOn(68).toISOString(), dropped: true });
    expect(await readsDroppedUntil(ledger.db)).toBe(daysOn(68).toISOString());
    expect(await verifyEvents(ledger.db)).toBeNull();
  });

  test('contents stay until the retention after the end of their change is over, and then are gone', async () => {
    const bytes = randomBytes(600 * 1024);
    const id = await use(await bring(raw, 'applied'), bytes);
    await drop(30, daysOn(29));
    expect(await isKept(bytes)).toBe(true);
    expect(await countDroppable(ledger.db, { days: 30, now: daysOn(31) })).toMatchObject({ contents: 1, chunks: 2 });
    const dropped = await drop(30, daysOn(31));
    expect(dropped).toMatchObject({ contents: 1, chunks: 2 });
    expect(dropped.bytes).toBeGreaterThanOrEqual(bytes.byteLength);
    expect(await isKept(bytes)).toBe(false);
    await expect(readContents(ledger.db, ledger.vault, id)).rejects.toMatchObject({
      code: 'expired',
      message: `Its contents were dropped on ${daysOn(31).toISOString().slice(0, 10)}, after the retention of 30 days.`,
    });
    expect(await droppedContents(ledger.db)).toContain(sha256(bytes));
    expect(await verifyEvents(ledger.db)).toBeNull();
    expect(await drop(30, daysOn(31))).toEqual({ contents: 0, chunks: 0, bytes: 0 });
  });

  test('contents that were dropped are there again when they are proposed again', async () => {
    const bytes = randomBytes(100);
    const id = await use(await bring(raw, 'applied'), bytes);
    await drop(0, daysOn(9));
    expect(await isKept(bytes)).toBe(false);
    const next = await use(await insertPlanning(raw), bytes);
    for (const each of [id, next]) {
      expect((await readContents(ledger.db, ledger.vault, each)).get(sha256(bytes))).toEqual(new Uint8Array(bytes));
    }
  });

  test('contents that ran through many pages are dropped all the same', async () => {
    const id = await bring(raw, 'applied');
    const many = new Map(Array.from({ length: 510 }, () => randomBytes(8)).map((bytes) => [sha256(bytes), bytes]));
    await ledger.write((tx) => keepContents(tx, ledger.vault, id, many));
    expect((await drop(0, daysOn(9))).contents).toBe(510);
  });

  test('a restore that is not planned yet keeps the contents of what it is to put back', async () => {
    const bytes = randomBytes(100);
    const id = await use(await bring(raw, 'applied'), bytes);
    await insertPlanning(raw, { restores: JSON.stringify({ change_id: id }) });
    await drop(0, daysOn(9));
    expect(await isKept(bytes)).toBe(true);
  });

  test('a chunk is deleted by nobody while the record does not say so, or while it is needed', async () => {
    const bytes = randomBytes(100);
    const id = await use(await bring(raw, 'applied'), bytes);
    const remove = () => raw.run('delete from content_chunks where sha256 = ?', sha256(bytes));
    await expect(remove()).rejects.toThrow('countersign: content_chunks is append-only');
    await raw.run('insert into content_drops (sha256, days, at) values (?, 0, ?)', sha256(bytes), at);
    const held = await hold('change', id);
    await expect(remove()).rejects.toThrow('append-only');
    await unhold(held);
    const open = await use(await insertPlanning(raw), bytes);
    await expect(remove()).rejects.toThrow('append-only');
    await move(raw, open, 'withdrawn');
    await remove();
  });

  test('what a transaction dropped that did not end is there as before, and nothing says otherwise', async () => {
    const bytes = randomBytes(100);
    const id = await use(await bring(raw, 'applied'), bytes);
    const events = await raw.get('select count(*) from events');
    const dying: Ledger = {
      ...ledger,
      write: (work) =>
        ledger.write(async (tx) => {
          await work(tx);
          throw new Error('died');
        }),
    };
    await expect(dropContents(dying, { days: 0, now: daysOn(9), actor })).rejects.toThrow('died');
    expect((await readContents(ledger.db, ledger.vault, id)).size).toBe(1);
    expect(await raw.get('select count(*) from events')).toEqual(events);
  });

  test('a hold is on record, ends once, and is on a change that there is', async () => {
    const id = await hold('agent', 'someone');
    expect(await activeHolds(ledger.db)).toContainEqual({
      id,
      scope: 'agent',
      value: 'someone',
      reason: 'a case',
      actor,
      at,
    });
    await unhold(id);
    await expect(unhold(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(hold('change', 'chg_unknown')).rejects.toMatchObject({ code: 'not_found' });
    const types = await raw.all("select type from events where type like 'hold.%' order by seq desc limit 2");
    expect(types.map(({ type }) => type)).toEqual(['hold.ended', 'hold.begun']);
  });

  describe('whatever the changes, their ends and holds are', () => {
    const settled = statuses.filter((status) => status !== ('compared' as Status));
    const change = fc.record({
      status: fc.constantFrom(...settled),
      content: fc.nat(3),
      held: fc.constantFrom('no', 'yes', 'ended'),
    });

    /** Which contents are needed, by their places in the pool. */
    async function make(
      changes: readonly { status: Status; content: number; held: string }[],
      pool: readonly Uint8Array[],
    ): Promise<{ needed: ReadonlySet<number>; holds: readonly number[] }> {
      const needed = new Set<number>();
      const holds: number[] = [];
      for (const { status, content, held } of changes) {
        const id = await use(await bring(raw, status), pool[content] ?? randomBytes(1));
        if (held !== 'no') holds.push(await hold('change', id));
        if (held === 'ended') await unhold(holds.pop() ?? 0);
        if (isOpen(status) || status === 'partial' || held === 'yes') needed.add(content);
      }
      return { needed, holds };
    }

    test('what an open or partial change or a hold needs is there, and nothing else is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 5 }), async (changes) => {
          const pool = Array.from({ length: 4 }, () => randomBytes(20));
          const { needed, holds } = await make(changes, pool);
          await drop(3, daysOn(9));
          const kept = await Promise.all(pool.map(isKept));
          expect(kept).toEqual(pool.map((_, content) => needed.has(content)));
          for (const made of holds) await unhold(made);
        }),
        { numRuns: 5 },
      );
    });

    test('a hold on an agent is one on each of its changes, and on no other’s', async () => {
      const [theirs, other] = [randomBytes(9), randomBytes(9)];
      await use(await bring(raw, 'applied'), theirs);
      const another = await use(await insertPlanning(raw, { agent: 'other-bot' }), other);
      await move(raw, another, 'withdrawn');
      const made = await hold('agent', 'note-bot');
      await drop(0, daysOn(9));
      expect([await isKept(theirs), await isKept(other)]).toEqual([true, false]);
      await unhold(made);
      await drop(0, daysOn(9));
      expect(await isKept(theirs)).toBe(false);
    });
  });
});
