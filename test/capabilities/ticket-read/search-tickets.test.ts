import { describe, expect, test } from 'vitest';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { call, isByStrangers, type Out, refusedWith, toldOf } from './call.ts';

const search = (tracker: FakeTracker, args: Record<string, unknown> = {}, scope = {}): Promise<Out> =>
  call(tracker.reader(), 'search_tickets', args, scope);
const keysOf = (out: Out) => (out['tickets'] as { ticket: string }[]).map(({ ticket }) => ticket);

function shop(): FakeTracker {
  const tracker = new FakeTracker();
  tracker.add('WEB', { title: 'Cart is slow', labels: ['perf'], text: 'Takes 9 s' });
  tracker.add('WEB', { title: 'Cart loses items', assignees: [people.bob], status: statuses.inProgress });
  tracker.add('WEB', { title: 'Write the guide', type: { id: 'y2', name: 'Task' }, status: statuses.done });
  tracker.add('OPS', { title: 'Cart database is full' });
  tracker.add('WEB', { title: 'Cart of old', archived: true });
  tracker.say('WEB-3', 'Mentions the basket', { author: people.mallory });
  return tracker;
}

describe('a search', () => {
  test('without words shows the tickets of the scope, those updated last first', async () => {
    const tracker = shop();
    tracker.edit('WEB-1', { title: 'Cart is very slow' });
    const out = await search(tracker);
    expect(keysOf(out)).toEqual(['WEB-1', 'WEB-3', 'WEB-2']);
    expect(out['tickets']).toContainEqual(
      expect.objectContaining({ title: 'Cart is very slow', labels: ['perf'], status: 'To do', category: 'todo' }),
    );
    expect(isByStrangers(out)).toBe(false);
    expect(toldOf(out).map(({ name, rank }) => [name, rank])).toEqual(keysOf(out).map((key, at) => [key, at + 1]));
  });

  test.each([
    ['cart', ['WEB-2', 'WEB-1']],
    ['"cart is"', ['WEB-1']],
    ['basket', ['WEB-3']],
    ['cart is:open label:perf', ['WEB-1']],
    ['-label:perf is:open', ['WEB-2']],
    ['status:"In progress"', ['WEB-2']],
    ['status:done status:"to do"', ['WEB-3', 'WEB-1']],
    ['is:closed', ['WEB-3']],
    ['type:task', ['WEB-3']],
    ['assignee:none is:open', ['WEB-1']],
    ['assignee:"Bob Weiss"', ['WEB-2']],
    ['reporter:me', []],
    ['priority:medium cart', ['WEB-2', 'WEB-1']],
    ['created:2026-11-01 slow', ['WEB-1']],
    ['updated:>2026-11-01', []],
    ['project:web sort:created', refusedWith('invalid_arguments')],
    ['project:WEB sort:created', ['WEB-3', 'WEB-2', 'WEB-1']],
    ['project:OPS', refusedWith('out_of_scope')],
    ['owner:bob', refusedWith('invalid_arguments')],
  ])('for %s', async (query, expected) => {
    const found = search(shop(), { query }).then(keysOf);
    await (Array.isArray(expected)
      ? expect(found).resolves.toEqual(expected)
      : expect(found).rejects.toEqual(expected));
  });

  test('goes on where the page before ended', async () => {
    const tracker = shop();
    const first = await search(tracker, { limit: 2 });
    const second = await search(tracker, { limit: 2, cursor: first.next_cursor });
    expect([keysOf(first), keysOf(second), second.next_cursor]).toEqual([['WEB-3', 'WEB-2'], ['WEB-1'], null]);
  });

  test('of very many tickets stays small', async () => {
    const tracker = new FakeTracker();
    for (let index = 0; index < 200; index += 1) tracker.add('WEB', { title: '長い題名'.repeat(60) });
    const out = await search(tracker, { limit: 100 });
    expect(keysOf(out).length).toBeGreaterThan(5);
    expect(out.next_cursor).not.toBeNull();
  });
});

describe('the scope of a search', () => {
  test('is what the backend is asked for, so that nothing else is looked through', async () => {
    const tracker = shop();
    const asked: TicketQuery[] = [];
    const reader = tracker.reader();
    const spying = {
      ...reader,
      search: (...of: Parameters<typeof reader.search>) => {
        asked.push(of[0]);
        return reader.search(...of);
      },
    };
    const scope = { projects: ['WEB', 'OPS'], types: ['Bug'], labels: ['perf'], only: ['assigned'] };
    await call(spying, 'search_tickets', { query: 'cart type:bug project:WEB' }, scope);
    expect(asked).toEqual([
      expect.objectContaining({ projects: ['WEB'], types: ['bug'], labels: ['perf'], assignee: 'me', reporter: null }),
    ]);
  });

  test('that covers nothing of what is asked for needs no backend', async () => {
    const tracker = shop();
    const reader = tracker.reader();
    expect(keysOf(await call(reader, 'search_tickets', { query: 'type:task' }, { types: ['Bug'] }))).toEqual([]);
    expect(tracker.reads).toEqual(['self']);
  });

  test('is asked about each ticket that is found, and those outside are not counted', async () => {
    const tracker = new FakeTracker();
    for (let index = 0; index < 30; index += 1) tracker.add('WEB', { labels: [index % 10 === 0 ? 'agent' : 'people'] });
    const scope = { labels: ['agent', 'bot'] };
    const all = await search(tracker, { limit: 5 }, scope);
    expect(keysOf(all)).toEqual(['WEB-21']);
    const next = await search(tracker, { limit: 5, cursor: all.next_cursor }, scope);
    expect(keysOf(next)).toEqual(['WEB-11']);
    expect(JSON.stringify(all)).not.toContain('people');
  });

  test('takes no project of others from a backend that finds too much', async () => {
    const tracker = shop();
    const reader = tracker.reader();
    const careless = {
      ...reader,
      search: (query: TicketQuery, page: { limit: number }) =>
        reader.search({ ...query, projects: ['WEB', 'OPS'] }, page),
    };
    expect(keysOf(await call(careless, 'search_tickets', { query: 'cart' }))).toEqual(['WEB-2', 'WEB-1']);
  });
});
