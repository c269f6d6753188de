import { describe, expect, test } from 'vitest';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import { createTicket as tool } from '#capabilities/ticket-write/create_ticket.ts';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import {
  asOne,
  carryOut,
  compare,
  filled,
  landed,
  otherMark,
  planRestore,
  propose,
  restore,
  stepOf,
  still,
} from './drive.ts';

const name = 'create_ticket';
type Args = Parameters<typeof propose>[2];
const create = (tracker: FakeTracker, args: Args = {}, may?: Parameters<typeof propose>[3]) =>
  propose(tracker, name, { project: 'WEB', type: 'bug', title: 'Broken basket', ...args }, may);
const done = async (tracker: FakeTracker, args: Args = {}) => carryOut(tracker, await create(tracker, args));

describe('a new ticket', () => {
  test('is shown with all its fields, made once, and named for later changes', async () => {
    const tracker = new FakeTracker();
    tracker.add('WEB');
    const proposal = await create(tracker, {
      ...{ description: 'Steps:\n\n1. Buy', labels: ['ui', 'UI'], assignees: ['me', 'alice'], priority: 'low' },
      ...{ parent: 'WEB-1', due: '2026-12-01', fields: { Severity: 's2', Points: 2.5 } },
    }).catch((error: unknown) => error);
    // Nobody can assign the account of the server here.
    expect(proposal).toMatchObject({ code: 'invalid_arguments' });
    const made = await create(tracker, {
      ...{ description: 'Steps:\n\n1. Buy', labels: ['ui', 'UI'], assignees: ['alice'], priority: 'low' },
      ...{ parent: 'WEB-1', due: '2026-12-01', fields: { Severity: 's2', Points: 2.5 } },
    });
    const { description } = made;
    expect(description.summary).toBe('Make a Bug in WEB: Broken basket');
    const incident = await create(tracker, { type: 'Incident', fields: { 'Started on': '2026-12-01' } });
    expect(incident.description.summary).toBe('Make an Incident in WEB: Broken basket');
    expect(description.effects.map((each) => each.kind === 'field' && [each.target, each.field, each.after])).toEqual([
      ['new ticket in WEB', 'type', 'Bug'],
      ['new ticket in WEB', 'title', 'Broken basket'],
      ['new ticket in WEB', 'description', 'Steps:\n\n1. Buy'],
      ['new ticket in WEB', 'labels', 'ui'],
      ['new ticket in WEB', 'assignees', 'Alice Ito (u-alice)'],
      ['new ticket in WEB', 'priority', 'Low'],
      ['new ticket in WEB', 'parent', 'WEB-1'],
      ['new ticket in WEB', 'due', '2026-12-01'],
      ['new ticket in WEB', 'Severity', 'S2'],
      ['new ticket in WEB', 'Points', '2.5'],
    ]);
    expect(description).toMatchObject({
      flags: [],
      audience: 'private',
      assigned: false,
      reversible: { kind: 'partial' },
    });
    expect(tool.target(made.plan)).toEqual({ projectId: '1', project: 'WEB', ticketId: null });
    const { plan, before, receipts, after } = await carryOut(tracker, made);
    expect(tracker.ticket('WEB-2')).toMatchObject({ title: 'Broken basket', reporter: people.self, due: '2026-12-01' });
    expect(tool.receipt?.of(plan, receipts)).toEqual({
      ticket_url: 'https://tickets.example/WEB-2',
      ticket_key: 'WEB-2',
    });
    const version = ticketVersion(tracker.ticket('WEB-2'));
    expect(tool.leaves?.(plan, before, receipts, after)).toEqual([{ thing: 'ticket:T2', version, made: true }]);
    expect(tool.leaves?.(plan, before, {}, after)).toEqual([]);
  });

  test('does not wait for another one, unless it is alike', async () => {
    const tracker = new FakeTracker();
    const touches = async (title: string) => (await create(tracker, { title })).description.touches;
    expect(await touches('One')).not.toEqual(await touches('Two'));
    expect(await touches('One')).toEqual(await touches('One'));
  });

  test('is asked of the scope with what it will be', async () => {
    const tracker = new FakeTracker();
    const { asked } = await create(tracker, { labels: ['ui'], fields: { severity: 'S1' }, assignees: ['alice'] });
    const ticket = { labels: ['ui'], created: true, assigned: false };
    expect(asked[0]).toEqual({ want: 'write', project: 'WEB', type: 'bug', ticket: { type: 'bug', ...ticket } });
    expect(asked).toContainEqual({ want: 'write', project: 'WEB', type: 'Bug', ticket: { type: 'Bug', ...ticket } });
    for (const field of ['title', 'labels', 'assignees', 'Severity']) {
      expect(asked).toContainEqual({ want: 'write', project: 'WEB', field });
    }
    expect(asked).toContainEqual({ want: 'write', project: 'WEB', label: 'ui' });
    const help = await create(tracker, { project: 'HELP' });
    expect(help.asked).toContainEqual({ want: 'write', project: 'HELP', customers: true });
    expect(help.description.flags.map(({ code }) => code)).toEqual(['customer_visible']);
  });

  const wrong: readonly (readonly [what: string, args: Args, code: string, says: RegExp])[] = [
    ['a project that is not there', { project: 'NONE' }, 'not_found', /NONE/],
    ['an archived project', { project: 'OLD' }, 'conflict', /OLD is archived/],
    ['a type that is not there', { type: 'Wish' }, 'invalid_arguments', /"Bug", "Task", "Incident"/],
    ['a required field that is missing', { type: 'Incident' }, 'invalid_arguments', /"Started on" \(a day/],
    [
      'a required field that is empty',
      { type: 'Incident', fields: { 'Started on': null } },
      'invalid_arguments',
      /not be empty/,
    ],
    ['a day that is none', { type: 'Incident', fields: { 'Started on': '2026-02-30' } }, 'invalid_arguments', /a day/],
    [
      'a field of another type',
      { fields: { 'Started on': '2026-02-01' } },
      'invalid_arguments',
      /no field "Started on"/,
    ],
    ['a parent that is not there', { parent: 'WEB-9' }, 'not_found', /WEB-9/],
  ];
  test.each(wrong)('with %s is refused', async (_what, args, code, says) => {
    const error = await create(new FakeTracker(), args).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
  });

  test('tells only of types that are granted, and of no parent outside', async () => {
    const tracker = new FakeTracker();
    const { key } = tracker.add('OPS');
    const message = (args: Args, may: Parameters<typeof propose>[3]) =>
      create(tracker, args, may).catch((error: Error) => error.message);
    const types = await message({ type: 'Wish' }, ({ type }) => type === undefined || type !== 'Incident');
    expect(types).toContain('"Bug", "Task".');
    const inWeb = ({ project }: { project: string }) => project === 'WEB';
    const outside = await message({ parent: key }, inWeb);
    expect(outside).toBe(((await message({ parent: 'OPS-9' }, inWeb)) as string).replace('OPS-9', key));
  });

  test('goes stale when the project or its type is not there any more', async () => {
    const tracker = new FakeTracker();
    const proposal = await create(tracker);
    expect(await still(tracker, proposal)).toBe('holds');
    const project = tracker.project('WEB');
    tracker.projects.set('WEB', { ...project, types: project.types.slice(1) });
    expect(await still(tracker, proposal)).toHaveProperty('stale');
    tracker.projects.set('WEB', { ...project, archived: true });
    expect(await still(tracker, proposal)).toHaveProperty('stale');
    tracker.projects.set('WEB', { ...project, id: '99' });
    expect(await still(tracker, proposal)).toHaveProperty('stale');
  });

  test('has no label that is not there and that nobody makes, nor one that went away since', async () => {
    const tracker = new FakeTracker();
    tracker.noLabels.add('prf');
    await expect(create(tracker, { labels: ['prf'] })).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('no label "prf"'),
    });
    const proposal = await create(tracker, { labels: ['perf'] });
    expect(await still(tracker, proposal)).toBe('holds');
    tracker.noLabels.add('perf');
    expect(await still(tracker, proposal)).toEqual({ stale: 'The label "perf" is not there any more.' });
  });

  test('may be tried again only where the backend makes it once', async () => {
    for (const once of [true, false]) {
      const tracker = new FakeTracker({ once });
      const proposal = await create(tracker);
      expect(stepOf(proposal).repeat).toBe(once ? 'guarded' : 'never');
      tracker.fault = 'answer_lost';
      await expect(carryOut(tracker, proposal)).rejects.toThrow('ended');
      expect(await landed(tracker, proposal)).toMatchObject({ landed: { key: 'WEB-1' } });
    }
  });

  test('says what references stand for', async () => {
    const tracker = new FakeTracker({ documents: 'adf' });
    const proposal = await create(tracker, { description: 'For {{after.pull_request_url}}' });
    await carryOut(tracker, filled(proposal, 'https://g.h/1'));
    const { description } = tracker.ticket('WEB-1');
    expect(description).toMatchObject({ native: expect.stringContaining('"href":"https://g.h/1"') });
  });
});

describe('putting it back', () => {
  test('archives it, and the undo of that brings it back', async () => {
    const tracker = new FakeTracker();
    const made = await done(tracker);
    expect(await compare(tracker, made)).toMatchObject([{ name: 'ticket WEB-1', before: null, standing: 'as_left' }]);
    const undone = await restore(tracker, made);
    expect(tracker.ticket('WEB-1').archived).toBe(true);
    expect(await compare(tracker, made)).toMatchObject([{ standing: 'back' }]);
    expect(asOne([made, undone])).toMatchObject({ plan: { kind: 'create' } });
    const again = await restore(tracker, undone);
    expect(tracker.ticket('WEB-1').archived).toBe(false);
    const planned = await planRestore(tracker, again);
    expect(planned).toMatchObject({ plan: { kind: 'archive' }, description: { flags: [{ code: 'closes' }] } });
    tracker.edit('WEB-1', { archived: true });
    expect(await planRestore(tracker, made)).toMatchObject({ refused: 'There is nothing left to undo.' });
  });

  test('brings it to a status that counts as done where the tracker has no archive, and says which', async () => {
    const tracker = new FakeTracker({ lacks: ['archive_ticket'] });
    const made = await done(tracker);
    expect(await planRestore(tracker, made)).toMatchObject({ refused: expect.stringContaining('"To do"') });
    expect(await compare(tracker, made)).toMatchObject([{ standing: 'cannot' }]);
    tracker.edit('WEB-1', { status: statuses.inReview });
    expect(await planRestore(tracker, made)).toMatchObject({ conflicts: [expect.stringContaining('WEB-1')] });
    const planned = await planRestore(tracker, made, 'overwrite');
    expect(planned).toMatchObject({
      description: {
        summary: 'Bring WEB-1 to "Done": Broken basket',
        flags: [{ code: 'closes' }, { code: 'overwrites_others' }],
      },
    });
    const undone = await restore(tracker, made, 'overwrite');
    expect(tracker.ticket('WEB-1').status.name).toBe('Done');
    // From there the workflow leads nowhere.
    expect(await planRestore(tracker, undone)).toHaveProperty('refused');
  });

  test('does not put away what others have worked on or spoken about, unless told to', async () => {
    for (const deed of [
      (tracker: FakeTracker) => tracker.edit('WEB-1', { title: 'Theirs' }),
      (tracker: FakeTracker) => void tracker.say('WEB-1', 'I am on it'),
    ]) {
      const tracker = new FakeTracker();
      const made = await done(tracker);
      tracker.say('WEB-1', 'ours', { author: people.self });
      expect(await compare(tracker, made)).toMatchObject([{ standing: 'as_left' }]);
      deed(tracker);
      expect(await planRestore(tracker, made)).toHaveProperty('conflicts', [expect.stringContaining('WEB-1')]);
      expect(await planRestore(tracker, made, 'untouched')).toHaveProperty('refused');
      await restore(tracker, made, 'overwrite');
      expect(tracker.ticket('WEB-1').archived).toBe(true);
    }
  });

  test('is not possible while nobody knows which ticket it is', async () => {
    const tracker = new FakeTracker();
    const made = await done(tracker);
    const told = { ...made, receipts: { create_ticket: null } };
    expect(await compare(tracker, told)).toMatchObject([{ standing: 'cannot' }]);
    expect(await planRestore(tracker, told)).toHaveProperty('refused');
  });

  test('goes stale when somebody does it first', async () => {
    const tracker = new FakeTracker();
    const made = await done(tracker);
    const planned = await planRestore(tracker, made);
    if ('refused' in planned) throw new Error(planned.refused);
    tracker.edit('WEB-1', { archived: true });
    expect(await still(tracker, planned)).toHaveProperty('stale');
    await expect(carryOut(tracker, planned, { by: otherMark })).rejects.toHaveProperty('kind');
  });
});
