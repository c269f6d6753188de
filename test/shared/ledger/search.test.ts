import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newChangeId } from '#shared/changes/ids.ts';
import { insertChange, listChanges, moveChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { type Ledger, openLedger } from '#shared/ledger/ledger.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { search } from '#shared/ledger/migrations/0013-search.ts';
import { postgresWords, sqliteWords } from '#shared/ledger/migrations/words.ts';
import { insertSealed } from '#shared/ledger/proposals.ts';
import { insertRequested } from '#shared/ledger/requested.ts';
import { searchChanges } from '#shared/ledger/search/find.ts';
import { tidySearch } from '#shared/ledger/search/tidy.ts';
import { onEachEngine, type Raw } from './engines.ts';
import { later, sealOf } from './rows.ts';

const snapshot = '5'.repeat(64);
const start = Date.parse('2027-01-01T00:00:00.000Z');
const actor: EventActor = { kind: 'server', server: 'notes' };

type Asked = {
  readonly summary: string;
  readonly agent?: string | null;
  readonly tool?: string;
  readonly server?: string;
  readonly target?: object | string;
  readonly path?: string;
  readonly minute?: number;
  readonly status?: 'pending' | 'withdrawn';
};

/** Seals a change as the ledger's own functions do. */
async function seal(ledger: Ledger, asked: Asked): Promise<string> {
  const { summary, agent = 'note-bot', tool = 'set_notes', server = 'notes', target = null, path, minute = 0 } = asked;
  const made = new Date(start + minute * 60_000);
  const [id, at] = [newChangeId(made), made.toISOString()];
  const blueprint = agent === null ? null : 'note-keeper';
  const requester = agent === null ? { kind: 'person' } : { kind: 'agent', agent };
  const body = JSON.stringify({
    change_id: id,
    server,
    tool,
    requester,
    ...(agent === null && { arguments: {} }),
    blueprint: blueprint && { name: blueprint },
    created_at: at,
    expires_at: later,
    snapshot,
    steps: ['one'],
    summary,
    target,
    effects: path === undefined ? [] : [{ kind: 'file', path }],
    touches: [],
  });
  const who = { agent, blueprint, requester: JSON.stringify(requester) };
  const what = { id, server, tool, restores: null, idempotency_key: null, fingerprint: id };
  await ledger.write(async (tx) => {
    await insertChange(tx, { ...what, ...who, created_at: at, expires_at: later }, actor);
    if (agent === null) await insertRequested(tx, { change_id: id, body: '{"arguments":{}}', about: null });
    await insertSealed(
      tx,
      { change_id: id, seal: sealOf(id), body, snapshot, steps: 1 },
      { body: '{}', taken_at: at },
      [],
    );
    await moveChange(tx, { id, from: 'planning', to: 'pending', at, actor });
    if (asked.status === 'withdrawn') await moveChange(tx, { id, from: 'pending', to: 'withdrawn', at, actor });
  });
  return id;
}

onEachEngine((open) => {
  let raw: Raw;
  let ledger: Ledger;
  const ids: Record<string, string> = {};
  const names = (rows: readonly { readonly id: string }[]): string[] =>
    rows.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? id);
  const find = async (text: string, wanted: Partial<Parameters<typeof searchChanges>[1]> = {}): Promise<string[]> =>
    names(await searchChanges(ledger.db, { text, limit: 50, ...wanted }));
  const list = async (wanted: Partial<Parameters<typeof listChanges>[1]>): Promise<string[]> =>
    names(await listChanges(ledger.db, { limit: 50, ...wanted }));

  beforeAll(async () => {
    raw = await open();
    ledger = await openLedger(raw.location);
    const past: readonly (readonly [string, Asked])[] = [
      ['header', { summary: 'Mend the parser of the header', minute: 1, status: 'withdrawn' }],
      ['retry', { summary: 'Retry the PARSER once; café’s “menu”', agent: 'retry-bot', minute: 2 }],
      ['tokyo', { summary: '東京都の設定を更新', tool: 'update_page', target: { space: 'OPS' }, minute: 3 }],
      ['half', { summary: 'ﾃｽﾄ ＡＢＣ１２', server: 'wiki', path: 'src/lib/queue.ts', minute: 4 }],
      ['person', { summary: 'Restore the parser', agent: null, minute: 5 }],
    ];
    for (const [name, asked] of past) ids[name] = await seal(ledger, asked);
  });
  afterAll(async () => {
    await ledger.close();
    await raw.close();
  });

  describe('a search', () => {
    test.each([
      ['parser', ['person', 'retry', 'header']],
      ['PARSER mend', ['header']],
      ['parser of nothing', []],
      ['pars', ['person', 'retry', 'header']],
      ['pars mend', []],
      ['cafe', ['retry']],
      ['CAFÉ', ['retry']],
      ['東京', ['tokyo']],
      ['京都の', ['tokyo']],
      ['東', ['tokyo']],
      ['都 更新', ['tokyo']],
      ['都東', []],
      ['テスト', ['half']],
      ['abc12', ['half']],
      ['queue.ts', ['half']],
      ['retry-bot', ['retry']],
      ['update_page', ['tokyo']],
      ['ops', ['tokyo']],
    ])('for %s finds what has all of it', async (text, found) => {
      expect(await find(text)).toEqual(found);
    });

    test('finds a change by its id, or by how it begins', async () => {
      expect(await find(ids['half'] ?? '')).toEqual(['half']);
      expect(await find(ids['half']?.slice(0, 24) ?? '')).toEqual(['half']);
    });

    test.each(['', ' ', '"', "' | '", '*', '\ue000', '\0', '\ud800', '(', ':*', '\\'])(
      'for %j finds nothing',
      async (text) => {
        expect(await find(text)).toEqual([]);
      },
    );

    test.each([
      '"parser',
      "parser' | 'mend",
      'parser:*',
      'parser OR NOT*',
      'change_id:parser',
      'NEAR(parser, 1)',
      '-parser',
    ])('takes %j for words, and for no question of its own', async (text) => {
      expect((await find(text)).every((name) => ['header', 'retry', 'person'].includes(name))).toBe(true);
    });

    test('goes on page by page, newest first', async () => {
      expect(await find('parser', { limit: 2 })).toEqual(['person', 'retry']);
      expect(await find('parser', { limit: 2, before: ids['retry'] })).toEqual(['header']);
    });

    test('can be narrowed by everything by which lists can', async () => {
      expect(await find('parser', { agent: 'retry-bot' })).toEqual(['retry']);
      expect(await find('parser', { agent: 'retry' })).toEqual([]);
      expect(await find('parser', { status: 'withdrawn' })).toEqual(['header']);
      expect(await find('parser', { status: ['withdrawn', 'pending'], requester: 'agent' })).toEqual([
        'retry',
        'header',
      ]);
      expect(await find('parser', { status: [] })).toEqual([]);
      expect(await find('parser', { requester: 'person' })).toEqual(['person']);
      expect(await find('parser', { server: 'wiki' })).toEqual([]);
      expect(await find('abc12', { server: 'wiki', tool: 'set_notes' })).toEqual(['half']);
      expect(await find('parser', { since: new Date(start + 120_000) })).toEqual(['person', 'retry']);
      expect(await find('parser', { until: new Date(start + 120_000) })).toEqual(['header']);
    });

    test('keeps changes of one millisecond apart', async () => {
      const twins = [await seal(ledger, { summary: 'Twin' }), await seal(ledger, { summary: 'Twin' })];
      const first = await searchChanges(ledger.db, { text: 'twin', limit: 1 });
      const next = await searchChanges(ledger.db, { text: 'twin', limit: 1, before: first[0]?.id });
      expect([first[0]?.id, next[0]?.id].sort()).toEqual(twins.sort());
    });

    test('finds words however long or many they are', async () => {
      const summary = `${'x'.repeat(5_000)} ${Array.from({ length: 300 }, (_, at) => `word${at}`).join(' ')}`;
      const id = await seal(ledger, { summary });
      for (const text of ['x'.repeat(5_000), 'word299 word7']) {
        expect((await searchChanges(ledger.db, { text, limit: 2 })).map((row) => row.id)).toEqual([id]);
      }
    });

    test('finds what was sealed before there was a search', async () => {
      const words = raw.engine === 'sqlite' ? sqliteWords : postgresWords;
      for (const table of raw.engine === 'sqlite' ? ['search', 'search_words'] : ['search']) {
        await raw.run(`drop table ${table}`);
      }
      for (const what of ['server', 'tool', 'agent']) await raw.run(`drop index changes_of_${what}`);
      await ledger.db.transaction().execute((tx) => search(words).up(tx));
      await (await openLedger(raw.location)).close();
      expect(await find('parser')).toEqual(['person', 'retry', 'header']);
      expect(await find('東京', { tool: 'update_page' })).toEqual(['tokyo']);
    });

    test('is over what stays as it was sealed', async () => {
      await expect(raw.run('delete from search')).rejects.toThrow('countersign: search is append-only');
      await expect(raw.run("update search set change_id = 'chg_x'")).rejects.toThrow(
        'countersign: search is append-only',
      );
    });
  });

  describe('a list', () => {
    test('is of one agent, server, tool, or kind of requester, newest first', async () => {
      expect(await list({ agent: 'retry-bot' })).toEqual(['retry']);
      expect(await list({ server: 'wiki' })).toEqual(['half']);
      expect(await list({ tool: 'update_page' })).toEqual(['tokyo']);
      expect(await list({ requester: 'person' })).toEqual(['person']);
      expect(await list({ agent: 'note-bot', since: new Date(start + 60_000) })).toEqual(['half', 'tokyo', 'header']);
      expect(await list({ agent: 'retry-bot', tool: 'update_page' })).toEqual([]);
    });

    test('is of several states', async () => {
      const since = new Date(start + 60_000);
      expect(await list({ status: ['pending', 'withdrawn'], since, limit: 2 })).toEqual(['person', 'half']);
      expect(await list({ status: ['pending', 'withdrawn'], since, before: ids['tokyo'] })).toEqual([
        'retry',
        'header',
      ]);
      expect(await list({ status: ['withdrawn', 'failed'] })).toEqual(['header']);
      expect(await list({ status: [] })).toEqual([]);
    });
  });
});

onEachEngine((open) => {
  describe('among more open changes than are looked up one by one', () => {
    let raw: Raw;
    let ledger: Ledger;
    const lamps: string[] = [];
    const find = async (text: string, wanted: Partial<Parameters<typeof searchChanges>[1]>): Promise<string[]> =>
      (await searchChanges(ledger.db, { text, limit: 100, ...wanted })).map(({ id }) => id);
    beforeAll(async () => {
      raw = await open();
      ledger = await openLedger(raw.location);
      for (let number = 0; number < 60; number += 1) {
        const status = number % 20 === 19 ? 'withdrawn' : 'pending';
        const summary = `Lamp ${number % 2 === 0 ? 'even' : 'odd'}`;
        lamps.push(await seal(ledger, { summary, minute: 100 + number, status }));
      }
    });
    afterAll(async () => {
      await ledger.close();
      await raw.close();
    });
    const wanted = (keep: (number: number) => boolean): string[] =>
      lamps.filter((_, number) => number % 20 !== 19 && keep(number)).toReversed();

    test('a search finds each of a state with the words, newest first', async () => {
      expect(await find('lamp', { status: 'pending' })).toEqual(wanted(() => true));
      expect(await find('lamp odd', { status: 'pending' })).toEqual(wanted((number) => number % 2 === 1));
      expect(await find('nowhere', { status: 'pending' })).toEqual([]);
    });

    test('finds the same whichever way it goes', async () => {
      const odd = wanted((number) => number % 2 === 1);
      for (const few of [0, 10, 2_000]) {
        for (const pages of [0, 0.5, 1.5, 4]) {
          for (const limit of [1, 7, 100]) {
            const ways = { few, pages, handful: 5 };
            const asked = { text: 'odd lamp', status: 'pending', limit } as const;
            const first = await searchChanges(ledger.db, asked, ways);
            const more = await searchChanges(ledger.db, { ...asked, before: first.at(-1)?.id }, ways);
            expect([...first, ...more].map(({ id }) => id)).toEqual(odd.slice(0, 2 * limit));
          }
        }
      }
    });

    test('finds the same after its index was tidied, which is done when there is nothing more to do', async () => {
      await tidySearch(ledger);
      await tidySearch(ledger);
      expect(await find('lamp', { status: 'pending' })).toEqual(wanted(() => true));
      expect(await find('lamp even', {})).toHaveLength(30);
      if (isPostgresUrl(raw.location)) return;
      const { rows } = await sql<{
        count: number;
      }>`select count(distinct segid) as count from search_words_idx`.execute(ledger.db);
      expect(rows).toEqual([{ count: 1 }]);
    });

    test('page after page, and within a time', async () => {
      const all = wanted(() => true);
      const first = await find('lamp', { status: 'pending', limit: 30 });
      const second = await find('lamp', { status: 'pending', limit: 30, before: first.at(-1) });
      expect([...first, ...second]).toEqual(all);
      const until = new Date(start + 103 * 60_000);
      expect(await find('lamp', { status: 'pending', until })).toEqual(wanted((number) => number < 3));
    });
  });
});
