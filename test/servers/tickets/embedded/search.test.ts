import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import { cursorAt } from '#shared/sqlite/cursor.ts';
import { everything, newTracker, openFaces, seed } from './tracker.ts';

/** For tests that change nothing. */
const shared = openFaces({ fill: seed });
afterAll(() => shared.tracker.close());

function demo(made = shared) {
  const keys = async (query: Partial<TicketQuery>, limit = 100): Promise<string[]> =>
    (await made.reader.search({ ...everything, ...query }, { limit })).items.map(({ key }) => key);
  return { ...made, keys };
}

describe('a search for words', () => {
  test.each([
    ['of the title', ['README'], ['WEB-15']],
    ['of the description', ['nvmrc'], ['WEB-15']],
    ['of a comment', ['stay visible'], ['WEB-18']],
    ['in whatever case, with or without accents', ['readmé'], ['WEB-15']],
    ['in different texts of one ticket', ['catalogue', 'one line and a test'], ['WEB-12']],
    ['in Japanese, of a title', ['住所'], ['WEB-16']],
    ['in Japanese, of a comment', ['補完'], ['WEB-16']],
    ['in Japanese, one character long', ['順'], ['WEB-16', 'WEB-5']],
    ['in Japanese, where the words lie elsewhere', ['所住'], []],
    ['in half-width letters', ['ｺﾝﾋﾞﾆ'], ['WEB-17']],
    ['an emoji', ['🚀'], ['WEB-25']],
    ['an amount', ['€12.5 instead of €12.50'], ['WEB-12']],
    ['that stand in this order only', ['test the cart'], ['WEB-21']],
    ['that stand in another order', ['cart the test'], []],
    ['without a letter', ['-'], []],
  ])('%s', async (_what, text, found) => {
    const { keys } = demo();
    expect((await keys({ text })).sort()).toEqual([...found].sort());
  });

  test.each([
    '"',
    'a" OR "b',
    'title:price',
    'NEAR(price mug)',
    'price NOT mug',
    'pri*',
    '^Say',
    'Say)',
    '{a b} : c',
    "'; --",
  ])('%s is text and no syntax: it finds what has exactly that', async (text) => {
    const { keys, as } = demo(newTracker());
    expect(await keys({ text: [text] })).toEqual([]);
    const key = as('bob').create('WEB', 'Task', { title: `Say ${text} so` });
    const found = await keys({ text: [text] });
    expect(found).toEqual(/\w/.test(text) ? [key] : []);
  });

  test('right to left is found as any other', async () => {
    const { keys, as } = demo(newTracker({ fill: seed }));
    const key = as('bob').create('WEB', 'Task', { title: 'תיקון מחיר', description: 'السعر غير صحيح' });
    expect(await keys({ text: ['מחיר', 'السعر'] })).toEqual([key]);
  });

  test('characters that nobody sees hide no word', async () => {
    const { keys } = demo();
    expect(await keys({ projects: ['HELP'], text: ['for the receipt'] })).toEqual(['HELP-5']);
  });

  test('what is no longer said is no longer found', async () => {
    const { keys, as } = demo(newTracker({ fill: seed }));
    const bob = as('bob');
    const id = bob.comment('WEB-21', 'The zeppelin is late');
    expect(await keys({ text: ['zeppelin'] })).toEqual(['WEB-21']);
    bob.editComment('WEB-21', id, 'The train is late');
    bob.edit('WEB-15', { title: 'The README asks for a zeppelin', description: null });
    expect(await keys({ text: ['zeppelin'] })).toEqual(['WEB-15']);
    expect(await keys({ text: ['nvmrc'] })).toEqual([]);
    expect(await keys({ text: ['train'] })).toEqual(['WEB-21']);
  });
});

describe('a search by what tickets are', () => {
  test.each([
    ['type and status, in whatever case', { types: ['bug'], statuses: ['in PROGRESS'] }, ['WEB-12', 'WEB-18']],
    ['category', { categories: ['in_progress' as const] }, ['WEB-12', 'WEB-14', 'WEB-16', 'WEB-18']],
    ['all of some labels', { labels: ['money', 'Cart'] }, ['WEB-9', 'WEB-13']],
    ['and none of others', { labels: ['money'], withoutLabels: ['cart', 'good-first-change'] }, ['WEB-2', 'WEB-20']],
    ['any of some priorities', { priorities: ['Low', 'Medium'], labels: ['japan'] }, ['WEB-17']],
    ['this account', { assignee: 'me' }, ['WEB-12', 'WEB-24']],
    ['somebody by name', { assignee: 'carol okafor', categories: ['in_progress' as const] }, ['WEB-14', 'WEB-16']],
    ['nobody', { assignee: 'none', types: ['Bug'] }, ['WEB-20', 'WEB-22']],
    ['a reporter', { reporter: 'operator' }, ['WEB-24']],
    [
      'days, both included',
      { created: { from: '2026-06-10', to: '2026-06-11' } },
      ['WEB-16', 'WEB-17', 'WEB-18', 'WEB-19'],
    ],
    ['words and all that', { text: ['euros'], types: ['Bug'], labels: ['money'] }, ['WEB-12']],
    ['a status that the project has not', { statuses: ['Waiting for customer'] }, []],
    ['somebody who is not there', { assignee: 'nobody at all' }, []],
    ['a project that is not there', { projects: ['NONE'] }, []],
  ])('%s', async (_what, query, found) => {
    const { keys } = demo();
    expect((await keys(query)).sort()).toEqual([...found].sort());
  });

  test('several projects are one list, newest first', async () => {
    const { reader } = demo();
    const query = { ...everything, projects: ['WEB', 'HELP'], sort: 'created' } as const;
    const { items } = await reader.search(query, { limit: 4 });
    expect(items.map(({ key }) => key)).toEqual(['WEB-25', 'WEB-24', 'HELP-6', 'WEB-23']);
  });

  test('what is archived is left out', async () => {
    const { keys, as } = demo(newTracker({ fill: seed }));
    as('bob').archive('WEB-21');
    expect(await keys({ text: ['test the cart'] })).toEqual([]);
  });

  test('more than a few tickets with a word or label are found as a few are', async () => {
    const { tracker, keys, as } = newTrackerOfMany();
    tracker.write(() => as('alice').create('WEB', 'Task', { title: 'Common and rare', labels: ['common', 'rare'] }));
    const many = { text: ['common'], labels: ['common'] };
    expect((await keys(many, 1_000)).length).toBe(301);
    expect(await keys({ ...many, labels: ['rare'] })).toEqual(['WEB-301']);
    expect(await keys({ ...many, text: ['common', 'rare'] })).toEqual(['WEB-301']);
  });
});

function newTrackerOfMany() {
  const made = demo(newTracker());
  made.tracker.write(() => {
    const bob = made.as('bob');
    for (let at = 0; at < 300; at += 1) bob.create('WEB', 'Task', { title: 'Common', labels: ['common'] });
  });
  return made;
}

describe('pages of a search', () => {
  const query: TicketQuery = { ...everything, projects: ['WEB', 'HELP'] };

  async function pages(reader: ReturnType<typeof demo>['reader'], limit: number): Promise<TicketSummary[][]> {
    const all: TicketSummary[][] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reader.search(query, { limit, cursor });
      all.push([...page.items]);
      cursor = page.cursor;
    }
    return all;
  }

  test.each([1, 7, 31, 100])('of %i are together all that is found, in order and once', async (limit) => {
    const { reader } = demo();
    const whole = await reader.search(query, { limit: 1_000 });
    const found = await pages(reader, limit);
    expect(found.flat()).toEqual(whole.items);
    expect(whole.items.length).toBe(31);
    expect(found.every((page) => page.length <= limit)).toBe(true);
  });

  test('a cursor that was made by hand stays within the projects of the query', async () => {
    const { reader } = demo();
    const { cursor } = await reader.search(query, { limit: 1 });
    const [of = ''] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as string[];
    const forged = cursorAt(of, { at: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER });
    const { items } = await reader.search(query, { limit: 100, cursor: forged });
    expect(new Set(items.map(({ project }) => project.key))).toEqual(new Set(['WEB', 'HELP']));
  });

  test.each([
    ['of another query', (of: string) => cursorAt(of.replace(/./, 'x'), { at: 1, id: 1 })],
    ['with something else in it', () => Buffer.from('["x", "1 or 1=1", -1]').toString('base64url')],
    ['that is none', () => '%%%'],
    ['that is empty', () => ''],
    ['that is huge', () => 'A'.repeat(100_000)],
  ])('a cursor %s is refused', async (_what, make) => {
    const { reader } = demo();
    const { cursor: good } = await reader.search(query, { limit: 1 });
    const [of = ''] = JSON.parse(Buffer.from(good ?? '', 'base64url').toString()) as string[];
    await expect(reader.search(query, { limit: 1, cursor: make(of) })).rejects.toMatchObject({
      code: 'invalid_arguments',
    });
  });

  test('whatever a cursor says, nothing else is shown and nothing breaks', async () => {
    const { reader } = demo();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (cursor) => {
        await expect(reader.search(query, { limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid_arguments' });
      }),
      { numRuns: 100 },
    );
  });
});
