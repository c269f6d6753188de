import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type RawBuilder, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { appendEvent, verifyEvents } from '#shared/ledger/events.ts';
import { groupCommit } from '#shared/ledger/group-commit.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import type { LedgerTx } from '#shared/ledger/schema.ts';
import { onPostgres, postgresRaw, type Raw } from './engines.ts';

/** Time stands still, so that none of a batch is put off because the machine is slow. */
const stopTime = () => vi.useFakeTimers({ toFake: ['performance'] });
afterEach(() => {
  vi.useRealTimers();
});

const actor = { kind: 'server', server: 'test' } as const;
const note = (tx: LedgerTx, type: string) => appendEvent(tx, { at: '', type, changeId: null, actor, body: {} });

async function typesIn(db: Ledger['db']): Promise<string[]> {
  return (await db.selectFrom('events').select('type').orderBy('seq').execute()).map(({ type }) => type);
}

/** What a caller does in its transaction. */
type Work = {
  readonly name: string;
  readonly events: number;
  /** Then it throws, or the ledger itself refuses a statement of it, or it goes on after such a refusal. */
  readonly end: 'ends' | 'throws' | 'is refused' | 'throws if first';
};

const works = fc.array(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }),
    events: fc.nat({ max: 2 }),
    end: fc.constantFrom<Work['end'][]>('ends', 'throws', 'is refused', 'throws if first'),
  }),
  { maxLength: 12 },
);

/** Answers how many events there were before it, so that the order shows. */
function carryOut(work: Work): (tx: LedgerTx) => Promise<number> {
  return async (tx) => {
    const before = (await typesIn(tx)).length;
    for (let made = 0; made < work.events; made += 1) await note(tx, work.name);
    if (work.end === 'throws') throw new AppError('wrong_state', work.name);
    if (work.end === 'is refused') await sql`delete from events`.execute(tx);
    if (work.end === 'is refused') await sql`insert into changes (id) values ('x')`.execute(tx);
    if (work.end === 'throws if first' && before === 0) throw new Error('first');
    return before;
  };
}

const shown = (ends: readonly PromiseSettledResult<number>[]): unknown[] =>
  ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)));

/** Two ledgers: one is written all at once, the other by one after the other. */
async function sameAsOneByOne(together: Ledger, oneByOne: Ledger, list: readonly Work[]): Promise<void> {
  const first = [(await typesIn(together.db)).length, (await typesIn(oneByOne.db)).length];
  expect(first[0]).toBe(first[1]);
  const ends = await Promise.allSettled(list.map((work) => together.write(carryOut(work))));
  const wanted: PromiseSettledResult<number>[] = [];
  for (const work of list) wanted.push(...(await Promise.allSettled([oneByOne.write(carryOut(work))])));
  expect(shown(ends)).toEqual(shown(wanted));
  expect(await typesIn(together.db)).toEqual(await typesIn(oneByOne.db));
  expect(await verifyEvents(together.db)).toBeNull();
}

describe('on SQLite', () => {
  let folder: string;
  const opened: Ledger[] = [];
  const open = async (): Promise<Ledger> => {
    const ledger = await openLedger(join(folder, `${opened.length}.db`));
    opened.push(ledger);
    return ledger;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-group-'));
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    rmSync(folder, { recursive: true });
  });

  test('writes that come together end as if one came after the other, whichever of them fail', async () => {
    const [together, oneByOne] = [await open(), await open()];
    await fc.assert(
      fc.asyncProperty(works, (list) => sameAsOneByOne(together, oneByOne, list)),
      { numRuns: 60 },
    );
  });

  test('writes that come together share a commit, and are answered after it', async () => {
    const ledger = await open();
    const look = await openLedger(join(folder, '0.db'));
    stopTime();
    let commits = 0;
    const quiet = ledger.onCommit(() => {
      commits += 1;
    });
    const seen = Array.from({ length: 20 }, async (_, at) => {
      await ledger.write((tx) => note(tx, `${at}`));
      return (await typesIn(look.db)).length;
    });
    expect(await Promise.all(seen)).toEqual(Array(20).fill(20));
    expect(commits).toBe(1);
    quiet();
    await look.close();
  });

  test('a caller that writes again while others wait comes after them', async () => {
    const ledger = await open();
    const twice = ledger.write((tx) => note(tx, 'first')).then(() => ledger.write((tx) => note(tx, 'last')));
    await Promise.all([twice, ...['a', 'b'].map((name) => ledger.write((tx) => note(tx, name)))]);
    expect(await typesIn(ledger.db)).toEqual(['first', 'a', 'b', 'last']);
  });

  test('of more writes than share a commit all are kept, in order', async () => {
    const ledger = await open();
    const names = Array.from({ length: 130 }, (_, at) => `${at}`);
    await Promise.all(names.map((name) => ledger.write((tx) => note(tx, name))));
    expect(await typesIn(ledger.db)).toEqual(names);
  });

  describe('of one batch', () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open();
    });
    const writer = (transaction: Ledger['write']): Ledger['write'] =>
      groupCommit({ transaction, known: (error) => error, mayRunAgain: (error) => String(error).includes('again') });
    const three = (write: Ledger['write'], second: (tx: LedgerTx) => Promise<void> = (tx) => note(tx, 'b')) =>
      Promise.allSettled([write((tx) => note(tx, 'a')), write(second), write((tx) => note(tx, 'c'))]);
    const run = (statement: RawBuilder<unknown>) => async (tx: LedgerTx) => {
      await statement.execute(tx);
    };

    test('all are refused when the ledger cannot commit it, also those that had failed before', async () => {
      const write = writer((work) =>
        ledger.write(async (tx) => {
          await work(tx);
          throw new AppError('ledger_unavailable', 'The disk is full.');
        }),
      );
      const failing = async (): Promise<void> => {
        throw new AppError('wrong_state', 'It rests on what the first did.');
      };
      const ends = await three(write, failing);
      for (const end of ends) expect(end).toMatchObject({ reason: { code: 'ledger_unavailable' } });
      expect(await typesIn(ledger.db)).toEqual([]);
    });

    test('each is done alone when one of them takes the transaction away from the others', async () => {
      const ends = await three(writer(ledger.write), run(sql`rollback`));
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await typesIn(ledger.db)).toEqual(['a', 'c']);
    });

    test('all are done again when one has to be, and each once', async () => {
      let tries = 0;
      const again: Ledger['write'] = (work) =>
        ledger.write(work).catch((error: unknown) => {
          if (String(error).includes('again')) return ledger.write(work);
          throw error;
        });
      const ends = await three(writer(again), async (tx) => {
        await note(tx, 'b');
        tries += 1;
        if (tries === 1) throw new Error('again');
      });
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      expect(await typesIn(ledger.db)).toEqual(['a', 'b', 'c']);
      expect(tries).toBe(2);
    });

    test('the one that would have to be done again for ever fails, and not the others', async () => {
      const ends = await three(writer(ledger.write), async (tx) => {
        await note(tx, 'b');
        throw new Error('again');
      });
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await typesIn(ledger.db)).toEqual(['a', 'c']);
    });
  });
});

onPostgres((server) => {
  const raws: Raw[] = [];
  const opened: Ledger[] = [];
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    for (const raw of raws.splice(0)) await raw.close();
  });
  const open = async (): Promise<Ledger> => {
    const raw = await postgresRaw(server());
    const ledger = await openLedger(raw.location);
    raws.push(raw);
    opened.push(ledger);
    return ledger;
  };

  test('writes that come together end as if one came after the other, whichever of them fail', async () => {
    const [together, oneByOne] = [await open(), await open()];
    await fc.assert(
      fc.asyncProperty(works, (list) => sameAsOneByOne(together, oneByOne, list)),
      { numRuns: 15 },
    );
  });

  test('writes that come together share a commit, and one that fails takes nobody else’s away', async () => {
    const ledger = await open();
    stopTime();
    const number = async (tx: LedgerTx): Promise<string> => {
      await note(tx, 'x');
      const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
      return rows[0]?.id ?? '';
    };
    const broken = ledger.write((tx) => sql`select 1 / 0`.execute(tx));
    const refused = expect(broken).rejects.toThrow('division by zero');
    const ids = await Promise.all(Array.from({ length: 8 }, () => ledger.write(number)));
    await refused;
    expect(new Set(ids).size).toBe(1);
    expect(await typesIn(ledger.db)).toHaveLength(8);
  });
});
