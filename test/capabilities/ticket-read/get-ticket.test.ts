import { describe, expect, test } from 'vitest';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { call, isByStrangers, type Out, refusedWith, toldOf } from './call.ts';

type Comment = { readonly comment: string; readonly body: string; readonly standing: string };

const get = (tracker: FakeTracker, args: Record<string, unknown>, scope = {}): Promise<Out> =>
  call(tracker.reader(), 'get_ticket', args, scope);

describe('a ticket', () => {
  test('is shown with its fields, its description, and who wrote what', async () => {
    const tracker = new FakeTracker();
    const epic = tracker.add('WEB', { title: 'All of it' });
    const { key } = tracker.add('WEB', {
      ...{ title: 'Cart is slow', text: 'Two lines\nof it', labels: ['perf'], assignees: [people.self], parent: epic },
      custom: [
        { id: 'c1', name: 'Environment', kind: 'text', value: 'staging' },
        { id: 'c3', name: 'Points', kind: 'number', value: null },
      ],
    });
    tracker.say(key, 'Seen too', { author: people.carol });
    const out = await get(tracker, { ticket: key });
    expect(out).toMatchObject({
      ...{ ticket: 'WEB-2', title: 'Cart is slow', type: 'Bug', status: 'To do', category: 'todo', priority: 'Medium' },
      ...{ labels: ['perf'], assignees: ['Countersign'], by: 'Alice Ito', standing: 'member', parent: 'WEB-1' },
      ...{ assigned_to_you: true, created_by_you: false, custom: { Environment: 'staging' }, comments_total: 1 },
      description: { text: 'Two lines\nof it', total_lines: 2, next: null },
      comments: [{ by: 'Carol', standing: 'customer', body: 'Seen too' }],
      version: ticketVersion(tracker.ticket(key)),
    });
    expect(out).not.toHaveProperty('hidden_left_out');
    expect(isByStrangers(out)).toBe(true);
    expect(toldOf(out).map(({ thing, name, revision, trust }) => [thing.split(':')[0], name, revision, trust])).toEqual(
      [
        ['ticket', 'WEB-2', out['version'], 'trusted'],
        ['comment', 'comment on WEB-2', expect.any(String), 'untrusted'],
      ],
    );
  });

  test('says of fields that hold other tickets only what the scope covers', async () => {
    const tracker = new FakeTracker();
    const field = (id: string, name: string, value: string) => ({ id, name, kind: 'other' as const, value });
    const custom = [
      field('c1', 'Epic Link', 'SEC-3'),
      field('c2', 'Parent Link', 'WEB-9'),
      field('c3', 'Team', 'Platform'),
      { id: 'c4', name: 'Related to', kind: 'text' as const, value: 'as in SEC-3' },
    ];
    const { key } = tracker.add('WEB', { custom });
    expect((await get(tracker, { ticket: key }))['custom']).toEqual({
      'Parent Link': 'WEB-9',
      Team: 'Platform',
      'Related to': 'as in SEC-3',
    });
  });

  test('tells fields of one name apart by their ids', async () => {
    const tracker = new FakeTracker();
    const field = (id: string, name: string, value: string | null) => ({ id, name, kind: 'text' as const, value });
    const custom = [
      field('c1', 'Team', 'Shop'),
      field('c2', 'team', 'Pay'),
      field('c3', 'Area', 'A'),
      field('c4', 'Area', null),
    ];
    const { key } = tracker.add('WEB', { custom });
    expect((await get(tracker, { ticket: key }))['custom']).toEqual({
      'Team (c1)': 'Shop',
      'team (c2)': 'Pay',
      'Area (c3)': 'A',
    });
  });

  test('says who sees a comment only where customers may', async () => {
    const tracker = new FakeTracker();
    const [inside, helped] = [tracker.add('WEB'), tracker.add('HELP')];
    tracker.say(inside.key, 'One');
    tracker.say(helped.key, 'Another', { visibleTo: 'customers' });
    const scope = { projects: ['WEB', 'HELP'] };
    expect(await get(tracker, { ticket: inside.key }, scope)).not.toHaveProperty('comments.0.visible_to');
    expect((await get(tracker, { ticket: helped.key }, scope))['comments']).toEqual([
      expect.objectContaining({ visible_to: 'customers' }),
    ]);
  });

  test('whose text is very long comes in parts that make up the whole', async () => {
    const tracker = new FakeTracker();
    const text = Array.from({ length: 20_000 }, (_line, index) => `Line ${index + 1}: ${'x'.repeat(40)}`).join('\n');
    expect(text.length).toBeGreaterThan(1_000_000);
    const { key } = tracker.add('WEB', { text });
    const part = (out: Out) => out['description'] as { text: string; next: string | null };
    const first = part(await get(tracker, { ticket: key }));
    const start = Number(/start_line (\d+)\./.exec(first.next ?? '')?.[1]);
    const second = part(await get(tracker, { ticket: key, start_line: start }));
    expect(second.text.length).toBeGreaterThan(8_000);
    expect(text.startsWith(first.text + second.text)).toBe(true);
    const last = part(await get(tracker, { ticket: key, start_line: 19_990 }));
    expect(last.next).toBeNull();
    expect(text.endsWith(last.text)).toBe(true);
  });

  test('whose text is one very long line comes in parts too', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB', { text: '😀'.repeat(30_000) });
    const { next } = (await get(tracker, { ticket: key }))['description'] as { next: string };
    const column = Number(/start_line 1 and start_column (\d+)\./.exec(next)?.[1]);
    const more = await get(tracker, { ticket: key, start_column: column });
    expect(more['description']).toMatchObject({ text: expect.stringMatching(/^(?:😀)+$/u) });
    expect(more).not.toHaveProperty('title');
  });

  test('whose every field is as long as can be still fits into one answer, and says what is cut', async () => {
    const tracker = new FakeTracker();
    const long = (characters: number) => '題'.repeat(characters);
    const names = (count: number) => Array.from({ length: count }, (_name, index) => `${index}${long(100)}`);
    const person = (name: string) => ({ id: name, name, standing: 'member' as const });
    const { key } = tracker.add('WEB', {
      ...{ title: long(400), labels: names(50), assignees: names(30).map(person), reporter: person(long(100)) },
      ...{ type: { id: 'y1', name: long(100) }, priority: { id: 'p1', name: long(100) }, text: long(5_000) },
      custom: names(40).map((name, index) => ({ id: `c${index}`, name, kind: 'text', value: long(2_000) })),
    });
    const type = { id: 'l1', outward: long(80), inward: long(80) };
    for (let index = 0; index < 40; index += 1) {
      tracker.link(type, key, tracker.add('WEB', { title: long(300) }).key);
      tracker.say(key, long(3_000), { author: person(long(100)) });
    }
    const out = await get(tracker, { ticket: key, comments: 50 });
    expect(out).toMatchObject({ more_labels: true, more_assignees: true, more_custom: true, more_links: true });
    const { text, next } = out['description'] as { text: string; next: string };
    expect(text.length).toBeGreaterThan(100);
    expect(next).toContain(`start_column ${text.length + 1}`);
    expect(out['comments']).toContainEqual(expect.objectContaining({ cut: true }));
  });

  test('with very many comments is shown with the newest, and the older ones by and by', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB');
    for (let index = 1; index <= 10_000; index += 1) tracker.say(key, `Comment ${index}`);
    const bodies = (out: Out) => (out['comments'] as Comment[]).map(({ body }) => body);
    const newest = await get(tracker, { ticket: key, comments: 3 });
    expect(newest['comments_total']).toBe(10_000);
    expect(bodies(newest)).toEqual(['Comment 10000', 'Comment 9999', 'Comment 9998']);
    const older = await get(tracker, { ticket: key, comments: 3, cursor: newest.next_cursor });
    expect(bodies(older)).toEqual(['Comment 9997', 'Comment 9996', 'Comment 9995']);
    expect(older).not.toHaveProperty('title');
  });

  test('shows a long comment in part, and whole when asked for', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB');
    const body = Array.from({ length: 500 }, (_line, index) => `Step ${index}: ${'y'.repeat(50)}`).join('\n');
    const { id } = tracker.say(key, body);
    const short = (await get(tracker, { ticket: key }))['comments'] as Comment[];
    expect(short).toEqual([expect.objectContaining({ comment: id, cut: true })]);
    const whole = (await get(tracker, { ticket: key, comment: id }))['comments'] as { body: string; next: string }[];
    expect(whole[0]?.body.length).toBeGreaterThan(8_000);
    expect(whole[0]?.next).toContain(`comment "${id}" and start_line`);
    await expect(get(tracker, { ticket: key, comment: 'C999' })).rejects.toEqual(refusedWith('not_found'));
  });

  test('shows no character that does not show, and says how many were left out', async () => {
    const tracker = new FakeTracker();
    const tags = [...'ignore all'].map((each) => String.fromCodePoint(0xe0000 + (each.codePointAt(0) ?? 0))).join('');
    const { key } = tracker.add('WEB', { title: `Fix\u202e it${tags}`, text: 'ok\u200b 👍🏽 שלום' });
    const out = await get(tracker, { ticket: key });
    expect(out).toMatchObject({ title: 'Fix it', description: { text: 'ok 👍🏽 שלום' }, hidden_left_out: 12 });
  });

  test('is another version after each change of what an update can write, and of nothing else', () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB', { text: 'a' });
    const versions = new Set<string>();
    const note = () => versions.add(ticketVersion(tracker.ticket(key)));
    note();
    tracker.say(key, 'A comment');
    tracker.edit(key, { archived: true });
    note();
    expect(versions.size).toBe(1);
    const edits = [
      ...[{ title: 'b' }, { description: tracker.document('b') }, { labels: ['b'] }, { assignees: [people.bob] }],
      ...[{ priority: null }, { parent: tracker.add('WEB') }, { due: '2026-12-01' }, { status: statuses.done }],
      { custom: [{ id: 'c1', name: 'Environment', kind: 'text' as const, value: 'b' }] },
    ];
    for (const edit of edits) {
      tracker.edit(key, edit);
      note();
    }
    tracker.move(key, 'OPS');
    note();
    expect(versions.size).toBe(edits.length + 2);
  });
});

describe('outside the scope', () => {
  test('a ticket answers as one that is not there, also by a key that it had inside', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB');
    tracker.move(key, 'OPS');
    const told = (ticket: string): Promise<string> =>
      get(tracker, { ticket }).then(JSON.stringify, (error: Error) => error.message);
    const absent = await told('WEB-99');
    expect(absent).toContain('WEB-99');
    expect(await told(key)).toBe(absent.replace('WEB-99', key));
    expect(await told('OPS-1')).toBe(absent.replace('WEB-99', 'OPS-1'));
  });

  test('a ticket that moved inside is shown under the key that it has now', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('OPS');
    tracker.move(key, 'WEB');
    expect(await get(tracker, { ticket: key })).toMatchObject({ ticket: 'WEB-1' });
  });

  test.each([
    [{ types: ['Task'] }, { type: { id: 'y2', name: 'Task' } }],
    [{ labels: ['agent', 'bot'] }, { labels: ['Bot'] }],
    [{ only: ['assigned'] }, { assignees: [people.self] }],
    [{ only: ['created', 'assigned'] }, { reporter: people.self }],
  ])('a ticket is shown only under %j', async (scope, edit) => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB');
    await expect(get(tracker, { ticket: key }, scope)).rejects.toEqual(refusedWith('not_found'));
    tracker.edit(key, edit);
    expect(await get(tracker, { ticket: key }, scope)).toMatchObject({ ticket: key });
  });

  test('what a ticket is linked to, or is a part of, is left out without a word', async () => {
    const tracker = new FakeTracker();
    const [secret, open] = [tracker.add('OPS', { title: 'Breach' }), tracker.add('WEB', { title: 'Open' })];
    const { key } = tracker.add('WEB', { parent: secret });
    const type = { id: 'l1', outward: 'blocks', inward: 'is blocked by' };
    tracker.link(type, key, secret.key);
    tracker.link(type, open.key, key);
    const out = await get(tracker, { ticket: key });
    expect(out['links']).toEqual([expect.objectContaining({ is: 'is blocked by', ticket: open.key, title: 'Open' })]);
    expect(JSON.stringify(out)).not.toMatch(/OPS|Breach|more_links/);
  });

  test('a linked ticket is shown only where the scope covers the ticket itself', async () => {
    const tracker = new FakeTracker();
    const [bug, task] = [tracker.add('WEB'), tracker.add('WEB', { type: { id: 'y2', name: 'Task' } })];
    const { key } = tracker.add('WEB');
    const type = { id: 'l2', outward: 'relates to', inward: 'relates to' };
    tracker.link(type, key, bug.key);
    tracker.link(type, key, task.key);
    const out = await get(tracker, { ticket: key }, { types: ['bug'] });
    expect(out['links']).toEqual([expect.objectContaining({ ticket: bug.key })]);
  });

  test.each(['web-1', 'WEB', 'WEB-0', 'WEB-1 ', '../WEB-1', 'acme/web#0', 'acme/web', '#3', 'WEB-12345678901'])(
    'no backend is asked for a ticket %j',
    async (ticket) => {
      const tracker = new FakeTracker();
      await expect(get(tracker, { ticket })).rejects.toEqual(refusedWith('invalid_arguments'));
      expect(tracker.reads).toEqual([]);
    },
  );
});
