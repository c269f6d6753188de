import { describe, expect, test } from 'vitest';
import { ticketVersion } from '#capabilities/ticket/version.ts';
import { transitionState } from '#capabilities/ticket-write/transition/plan.ts';
import { transitionTicket as tool } from '#capabilities/ticket-write/transition_ticket.ts';
import { people, statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import {
  asOne,
  carryOut,
  compare,
  type Done,
  landed,
  otherMark,
  planRestore,
  propose,
  restore,
  stepOf,
  still,
} from './drive.ts';

const name = 'transition_ticket';
const { toDo, inProgress, inReview } = statuses;

function withTicket(status = inProgress, project = 'WEB'): FakeTracker {
  const tracker = new FakeTracker();
  tracker.add(project, { status });
  return tracker;
}

const bring = (tracker: FakeTracker, args: object = { to_status: 'In review' }, may?: Parameters<typeof propose>[3]) =>
  propose(tracker, name, { ticket: 'WEB-1', ...args }, may);
const versionIn = (state: unknown) => transitionState.parse(state).version;
const statusOf = (tracker: FakeTracker, key = 'WEB-1') => tracker.ticket(key).status.name;

describe('a transition', () => {
  test('is shown as the status before and after, carried out, and taken back', async () => {
    const tracker = withTicket();
    const proposal = await bring(tracker);
    expect(proposal.description).toMatchObject({
      summary: 'Bring WEB-1 to "In review" by "Ask for review"',
      effects: [{ target: 'ticket WEB-1', field: 'status', before: 'In progress', after: 'In review' }],
      touches: ['ticket/T1'],
      flags: [],
      reversible: { kind: 'partial' },
      audience: 'private',
      assigned: false,
    });
    expect(proposal.description.reaches.map(({ code }) => code)).toEqual(['notifies', 'triggers_software']);
    expect(tool.target(proposal.plan)).toEqual({ projectId: '1', project: 'WEB', ticketId: 'T1' });
    const done = await carryOut(tracker, proposal);
    expect(statusOf(tracker)).toBe('In review');
    const undone = await restore(tracker, done);
    expect(statusOf(tracker)).toBe('In progress');
    await restore(tracker, undone);
    expect(statusOf(tracker)).toBe('In review');
  });

  test('is named by its status or itself, in any case', async () => {
    const tracker = withTicket();
    for (const args of [
      { to_status: 'in REVIEW' },
      { transition: 'ask for review' },
      { to_status: 'In review', transition: 'Ask for review' },
    ]) {
      expect((await bring(tracker, args)).plan).toMatchObject({ from: inProgress, transition: { id: 't3' } });
    }
    expect(() => tool.input.parse({ ticket: 'WEB-1', reason: 'x' })).toThrow('to_status, transition or both');
  });

  test('asks for the status that it leads to, and for customers where they are told', async () => {
    const place = { want: 'write', project: 'WEB', ticket: expect.objectContaining({ type: 'Bug' }) };
    const { asked } = await bring(withTicket(), { transition: 'Ask for review' });
    expect(asked).toEqual([place, { ...place, toStatus: 'In review' }]);
    const helping = withTicket(inProgress, 'HELP');
    const proposal = await bring(helping, { ticket: 'HELP-1', to_status: 'In review' });
    expect(proposal.asked.slice(1)).toMatchObject([{ toStatus: 'In review' }, { customers: true }]);
    expect(proposal.description.flags.map(({ code }) => code)).toEqual(['customer_visible']);
    expect(proposal.description.reaches.at(-1)).toMatchObject({ code: 'leaves_organisation' });
  });

  test('without a way back is said to be irreversible before it is decided', async () => {
    const { description } = await bring(withTicket(inReview), { to_status: 'Done' });
    expect(description).toMatchObject({
      flags: [{ code: 'closes', message: 'WEB-1 counts as done then.' }],
      reversible: { kind: 'irreversible', why: 'No transition leads from "Done" back to "In review".' },
    });
  });

  test('whose way back nobody tells is said to be so', async () => {
    const tracker = withTicket();
    const reader = { ...tracker.reader(), wayBack: async () => 'unknown' as const };
    const input = tool.input.parse({ ticket: 'WEB-1', to_status: 'In review', reason: 'x' });
    const before = await tool.snapshot(input, reader, {} as never);
    const plan = tool.prepare(input, before, {} as never, () => true);
    const { reversible } = tool.describe(plan, before, {} as never);
    expect(reversible).toMatchObject({
      kind: 'partial',
      lost: expect.arrayContaining([expect.stringMatching('may be none')]),
    });
  });

  test('can be followed under a task grant, on the ticket that it moved on', async () => {
    const tracker = withTicket();
    const { plan, before, receipts, after } = await carryOut(tracker, await bring(tracker));
    expect([tool.decidable, tool.follows]).toEqual([undefined, true]);
    const thing = 'ticket:T1';
    expect(tool.standsOn?.(plan, before)).toEqual([{ thing, version: versionIn(before) }]);
    const left = versionIn(after);
    expect(tool.leaves?.(plan, before, receipts, after)).toEqual([{ thing, version: left, made: false }]);
    expect(left).toBe(ticketVersion(tracker.ticket('WEB-1')));
    expect(tool.leaves?.(plan, before, {}, after)).toEqual([]);
  });
});

describe('a status that cannot be reached', () => {
  const granted = (to: string) => (ask: { readonly toStatus?: string }) =>
    ask.toStatus === undefined || ask.toStatus === to;

  test('is answered with what can be, as far as the scope grants it', async () => {
    const tracker = withTicket();
    await expect(bring(tracker, { to_status: 'Done' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'WEB-1 cannot be brought to "Done" from the status that it has.',
      next: 'What leads on from there, of what is granted: "Stop" to "To do", "Ask for review" to "In review", "Drop" to "Dropped".',
    });
    await expect(bring(tracker, { transition: 'Fly' }, granted('In review'))).rejects.toMatchObject({
      message: 'WEB-1 cannot do "Fly" from the status that it has.',
      next: 'What leads on from there, of what is granted: "Ask for review" to "In review".',
    });
    await expect(bring(tracker, { to_status: 'Done' }, granted('Done'))).rejects.toMatchObject({
      next: 'Nothing that is granted leads on from there.',
    });
  });

  test('and that is not granted is answered as a ticket that is not there', async () => {
    const tracker = withTicket();
    for (const to_status of ['In review', 'No such status']) {
      await expect(bring(tracker, { to_status }, granted('To do'))).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(bring(tracker, { ticket: 'WEB-9', to_status: 'In review' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('is the one that it has', async () => {
    await expect(bring(withTicket(), { to_status: 'In progress' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'WEB-1 has the status "In progress" already.',
    });
  });

  test('wants fields filled in, which no tool does', async () => {
    await expect(bring(withTicket(), { to_status: 'Dropped' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching('"Resolution"'),
    });
  });

  test('has several ways, of which one is to be named', async () => {
    const tracker = withTicket();
    const twice = {
      ...tracker.reader(),
      transitions: async () => [
        { id: 'a', name: 'Ask Ann', to: inReview, requires: [] },
        { id: 'b', name: 'Ask Ben', to: inReview, requires: [] },
      ],
    };
    const input = tool.input.parse({ ticket: 'WEB-1', to_status: 'In review', reason: 'x' });
    const before = await tool.snapshot(input, twice, {} as never);
    expect(() => tool.prepare(input, before, {} as never, () => true)).toThrow('Several transitions of WEB-1 fit.');
    const plan = tool.prepare({ ...(input as object), transition: 'Ask Ben' }, before, {} as never, () => true);
    expect(plan).toMatchObject({ transition: { id: 'b' } });
  });

  test('is told in names without characters that do not show', async () => {
    const reader = {
      ...withTicket().reader(),
      transitions: async () => [
        { id: 'a', name: 'Ask\u202e Ann', to: { ...inReview, name: 'In\u200b review' }, requires: [] },
      ],
    };
    const input = tool.input.parse({ ticket: 'WEB-1', to_status: 'Done', reason: 'x' });
    const before = await tool.snapshot(input, reader, {} as never);
    expect(() => tool.prepare(input, before, {} as never, () => true)).toThrow(
      expect.objectContaining({
        next: 'What leads on from there, of what is granted: "Ask Ann" to "In review".',
      }),
    );
  });

  test('is refused on an archived ticket, and on one that is not as it was read', async () => {
    const tracker = withTicket();
    await expect(bring(tracker, { to_status: 'In review', expected_version: '0'.repeat(32) })).rejects.toMatchObject({
      code: 'conflict',
      message: 'WEB-1 is no longer as it was read.',
    });
    tracker.edit('WEB-1', { archived: true });
    await expect(bring(tracker)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching('archived'),
    });
  });
});

describe('before it is carried out', () => {
  test.each<[string, (tracker: FakeTracker) => void, unknown]>([
    ['another title', (tracker) => tracker.edit('WEB-1', { title: 'Other' }), 'holds'],
    [
      'another status',
      (tracker) => tracker.edit('WEB-1', { status: toDo }),
      { stale: expect.stringMatching('status') },
    ],
    ['a move', (tracker) => tracker.move('WEB-1', 'OPS'), { stale: expect.stringMatching('another project') }],
    [
      'its archiving',
      (tracker) => tracker.edit('WEB-1', { archived: true }),
      { stale: expect.stringMatching('archived') },
    ],
    ['its end', (tracker) => tracker.tickets.clear(), { stale: expect.stringMatching('not there') }],
  ])('after %s', async (_, change, answer) => {
    const tracker = withTicket();
    const proposal = await bring(tracker);
    change(tracker);
    expect(await still(tracker, proposal)).toEqual(answer);
  });

  test('a workflow that leads there no more makes it stale', async () => {
    const tracker = withTicket();
    const { plan, before } = await bring(tracker);
    const reader = { ...tracker.reader(), transitions: async () => [] };
    expect(await tool.still(plan, before, reader)).toEqual({ stale: expect.stringMatching('workflow') });
  });

  test('a status that changes in the very last moment is not overwritten', async () => {
    const tracker = withTicket();
    const proposal = await bring(tracker);
    tracker.inBetween = () => tracker.edit('WEB-1', { status: toDo });
    await expect(carryOut(tracker, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(statusOf(tracker)).toBe('To do');
  });

  test('one whose answer was lost is looked at', async () => {
    const tracker = withTicket();
    const proposal = await bring(tracker);
    expect(await landed(tracker, proposal)).toBe('not_found');
    tracker.fault = 'answer_lost';
    await expect(carryOut(tracker, proposal)).rejects.toThrow('connection');
    expect(await landed(tracker, proposal)).toMatchObject({ landed: { id: 'T1' } });
    expect(stepOf(proposal).repeat).toBe('guarded');
  });
});

describe('the undo of a transition', () => {
  const brought = async (tracker: FakeTracker, to: string): Promise<Done> =>
    carryOut(tracker, await bring(tracker, { to_status: to }));

  test('is refused where no transition leads back, naming what there is', async () => {
    const tracker = withTicket(inReview);
    const done = await brought(tracker, 'Done');
    expect(await planRestore(tracker, done)).toEqual({
      refused: '"In review" cannot be reached from "Done", the status that WEB-1 has now; nothing does.',
      conflicts: [],
    });
    expect(await compare(tracker, done)).toMatchObject([{ name: 'status of WEB-1', standing: 'cannot' }]);
  });

  test('leaves alone what somebody did since, unless told to overwrite', async () => {
    const tracker = withTicket(toDo);
    const done = await brought(tracker, 'In progress');
    expect(await compare(tracker, done)).toMatchObject([
      { before: { text: 'To do' }, left: { text: 'In progress' }, now: { text: 'In progress' }, standing: 'as_left' },
    ]);
    tracker.edit('WEB-1', { status: inReview }, people.alice);
    expect(await planRestore(tracker, done)).toMatchObject({ refused: expect.stringMatching('cannot be reached') });
    const back = await carryOut(tracker, await bring(tracker, { to_status: 'In progress' }));
    await restore(tracker, back);
    expect(statusOf(tracker)).toBe('In review');
  });

  test('overwrites only with a flag', async () => {
    const tracker = withTicket(inReview);
    const done = await brought(tracker, 'In progress');
    tracker.edit('WEB-1', { status: { ...toDo } });
    const reader = tracker.reader();
    const now = await tool.observe(
      done.plan,
      done.before,
      done.receipts,
      {
        ...reader,
        transitions: async () => [{ id: 'x', name: 'Jump', to: inReview, requires: [] }],
      },
      done.contents,
    );
    const whole = { ...done, first: done.before, between: [] };
    for (const choice of ['refuse', 'untouched'] as const) {
      expect(tool.restore(whole, now, choice)).toMatchObject({
        conflicts: ['status of WEB-1: Somebody else changed it since.'],
      });
    }
    const planned = tool.restore(whole, now, 'overwrite');
    if ('refused' in planned) throw new Error(planned.refused);
    expect(tool.describe(planned.plan, now, done.contents).flags).toMatchObject([{ code: 'overwrites_others' }]);
  });

  test('has nothing to do where it is back already, and no ticket where that is gone', async () => {
    const tracker = withTicket();
    const done = await brought(tracker, 'In review');
    tracker.edit('WEB-1', { status: inProgress });
    expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    tracker.tickets.clear();
    await expect(planRestore(tracker, done)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('takes several of one ticket back as one, and not what somebody did between them', async () => {
    const tracker = withTicket(toDo);
    const one = await brought(tracker, 'In progress');
    const two = await brought(tracker, 'In review');
    const whole = asOne([one, two]);
    if (whole === null) throw new Error('they cannot be one');
    // From review nothing leads to the beginning at once.
    expect(await planRestore(tracker, whole)).toMatchObject({
      refused: expect.stringMatching('only "In progress", "Done", "Dropped"'),
    });
    tracker.edit('WEB-1', { status: toDo });
    const three = await carryOut(tracker, await bring(tracker, { to_status: 'In progress' }), { by: otherMark });
    const apart = asOne([one, three]);
    expect(apart).toMatchObject({ between: ['status of WEB-1'], before: { status: toDo } });
    if (apart === null) throw new Error('they cannot be one');
    expect(await planRestore(tracker, apart)).toMatchObject({ conflicts: [expect.any(String)] });
    await restore(tracker, apart, 'untouched');
    expect(statusOf(tracker)).toBe('To do');
    tracker.add('WEB', { status: toDo });
    const other = await carryOut(tracker, await bring(tracker, { ticket: 'WEB-2', to_status: 'In progress' }));
    expect(asOne([one, other])).toBeNull();
  });
});
