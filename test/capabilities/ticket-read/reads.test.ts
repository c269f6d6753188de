import { describe, expect, test } from 'vitest';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { call, isByStrangers, refusedWith } from './call.ts';

describe('list_projects', () => {
  test('lists the projects that the scope names and the backend has, with their types', async () => {
    const tracker = new FakeTracker();
    const out = await call(tracker.reader(), 'list_projects', {}, { projects: ['WEB', 'GONE', 'HELP', 'OLD'] });
    const types = ['Bug', 'Task', 'Incident'];
    expect(out['projects']).toEqual([
      { project: 'WEB', name: 'The shop', audience: 'private', types },
      { project: 'HELP', name: 'Help desk', audience: 'private', customers: true, types },
      { project: 'OLD', name: 'What was', audience: 'private', archived: true, types },
    ]);
  });

  test('goes through many by pages', async () => {
    const tracker = new FakeTracker();
    const projects = ['WEB', 'OPS', 'HELP'];
    const first = await call(tracker.reader(), 'list_projects', { limit: 2 }, { projects });
    const { next_cursor: cursor } = first;
    const second = await call(tracker.reader(), 'list_projects', { limit: 2, cursor }, { projects });
    expect(first['projects']).toHaveLength(2);
    expect([second['projects'], second.next_cursor]).toEqual([[expect.objectContaining({ project: 'HELP' })], null]);
  });

  test('shows one with all that its tickets can have, required fields first', async () => {
    const out = await call(new FakeTracker().reader(), 'list_projects', { project: 'WEB' });
    expect(out).toMatchObject({
      statuses: expect.arrayContaining([{ name: 'In review', category: 'in_progress' }]),
      priorities: ['High', 'Medium', 'Low'],
      fields: [
        { name: 'Started on', kind: 'date', types: ['Incident'], required: true },
        { name: 'Environment', kind: 'text', types: ['Bug'] },
        { name: 'Severity', kind: 'option', types: ['Bug'], options: ['S1', 'S2'] },
        { name: 'Points', kind: 'number', types: ['Bug'] },
        { name: 'Team', kind: 'other', types: ['Bug'] },
      ],
    });
  });

  test('has no project outside the scope, and none whose key leads outside by now', async () => {
    const tracker = new FakeTracker();
    const reader = tracker.reader();
    await expect(call(reader, 'list_projects', { project: 'OPS' })).rejects.toEqual(refusedWith('out_of_scope'));
    const renamed = { ...reader, project: () => reader.project('OPS') };
    await expect(call(renamed, 'list_projects', { project: 'WEB' })).rejects.toEqual(refusedWith('not_found'));
    expect((await call(renamed, 'list_projects'))['projects']).toEqual([]);
  });

  test('stays small where a project made up very many fields', async () => {
    const tracker = new FakeTracker();
    const custom = Array.from({ length: 300 }, (_each, index) => ({
      ...{ id: `f${index}`, name: `Field ${'n'.repeat(200)} ${index}`, kind: 'option' as const, required: false },
      options: Array.from({ length: 90 }, (_option, value) => `Option ${value}`),
    }));
    tracker.projects.set('WEB', { ...tracker.project('WEB'), types: [{ id: 'y1', name: 'Bug', custom }] });
    const out = await call(tracker.reader(), 'list_projects', { project: 'WEB' });
    expect(out).toMatchObject({ more_fields: true, fields: expect.arrayContaining([expect.anything()]) });
  });
});

describe('list_transitions', () => {
  test('lists what the workflow allows from where the ticket is', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB', { status: statuses.inReview });
    expect(await call(tracker.reader(), 'list_transitions', { ticket: key })).toMatchObject({
      ...{ ticket: key, status: 'In review', category: 'in_progress' },
      transitions: [
        { name: 'Send back', to: 'In progress', category: 'in_progress' },
        { name: 'Finish', to: 'Done', category: 'done' },
        { name: 'Drop', to: 'Dropped', category: 'done', requires: ['Resolution'] },
      ],
    });
  });

  test('has none for an archived ticket, and no ticket outside the scope', async () => {
    const tracker = new FakeTracker();
    const [archived, other] = [tracker.add('WEB', { archived: true }), tracker.add('OPS')];
    const out = await call(tracker.reader(), 'list_transitions', { ticket: archived.key });
    expect(out['transitions']).toEqual([]);
    const told = call(tracker.reader(), 'list_transitions', { ticket: other.key });
    await expect(told).rejects.toEqual(refusedWith('not_found'));
    expect(tracker.reads).not.toContain('transitions');
  });
});

describe('get_ticket_history', () => {
  const history = async (tracker: FakeTracker, args: Record<string, unknown>, scope = {}) =>
    call(tracker.reader(), 'get_ticket_history', args, scope);

  test('tells what was changed, newest first, and by whom', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB', { title: 'A' });
    tracker.edit(key, { title: 'B' });
    tracker.edit(key, { status: statuses.inProgress }, people.mallory);
    const out = await history(tracker, { ticket: key });
    expect(out['events']).toMatchObject([
      { by: 'Mallory', standing: 'unknown', changes: [{ field: 'status', before: 'To do', after: 'In progress' }] },
      { by: 'Bob Weiss', changes: [{ field: 'title', before: 'A', after: 'B' }] },
    ]);
    expect(isByStrangers(out)).toBe(true);
    const { next_cursor: cursor } = await history(tracker, { ticket: key, limit: 1 });
    expect((await history(tracker, { ticket: key, limit: 1, cursor }))['events']).toHaveLength(1);
  });

  test('keeps long values short', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('WEB', { text: 'old' });
    for (let index = 0; index < 60; index += 1)
      tracker.edit(key, { description: tracker.document('x'.repeat(100_000)) });
    expect((await history(tracker, { ticket: key, limit: 100 })).next_cursor).not.toBeNull();
  });

  test('names no project and no ticket outside the scope', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('OPS', { title: 'A' });
    const { id } = tracker.move(key, 'WEB');
    const change = (field: string, before: string | null, after: string | null) => ({ field, before, after });
    const at = '2026-11-01T09:00:00.000Z';
    const known = tracker.events.get(id) ?? [];
    tracker.events.set(id, [
      ...known,
      {
        ...{ id: 'E90', at, by: people.bob },
        changes: [change('Link', null, 'This issue blocks OPS-12'), change('Link', null, 'This issue blocks WEB-7')],
      },
      {
        id: 'E91',
        at,
        by: people.bob,
        changes: [change('Epic Link', 'OPS-4', null), change('Parent', 'Breach', null)],
      },
    ]);
    const out = await history(tracker, { ticket: 'WEB-1' });
    expect(out['events']).toEqual([
      expect.objectContaining({ changes: [change('Link', null, 'This issue blocks WEB-7')] }),
    ]);
    expect(JSON.stringify(out)).not.toMatch(/OPS|Operations|Breach/);
  });
});
