import { describe, expect, test } from 'vitest';
import { linkTickets as tool } from '#capabilities/ticket-write/link_tickets.ts';
import { linkTypes } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { asOne, carryOut, compare, landed, otherMark, planRestore, propose, restore, stepOf, still } from './drive.ts';

const name = 'link_tickets';
const typeOf = (said: string) =>
  linkTypes.find(({ outward }) => outward === said) ?? expect.unreachable('no such type');
const [blocks, relates] = [typeOf('blocks'), typeOf('relates to')];

function withTickets(): FakeTracker {
  const tracker = new FakeTracker();
  for (const project of ['WEB', 'WEB', 'OPS', 'HELP']) tracker.add(project);
  return tracker;
}

const link = (tracker: FakeTracker, args: object = {}, may?: Parameters<typeof propose>[3]) =>
  propose(tracker, name, { ticket: 'WEB-1', relation: 'blocks', other: 'WEB-2', ...args }, may);

describe('a link', () => {
  test('is shown from both ends, made, removed by its undo, and made again', async () => {
    const tracker = withTickets();
    const proposal = await link(tracker);
    expect(proposal.description).toMatchObject({
      summary: 'Link: WEB-1 blocks WEB-2',
      effects: [
        { target: 'ticket WEB-1', field: 'link', before: null, after: 'blocks WEB-2' },
        { target: 'ticket WEB-2', field: 'link', before: null, after: 'is blocked by WEB-1' },
      ],
      touches: ['ticket/T1', 'ticket/T2'],
      flags: [],
      audience: 'private',
    });
    const done = await carryOut(tracker, proposal);
    expect(tracker.links).toMatchObject([{ type: blocks, outward: 'T1', inward: 'T2' }]);
    expect(await compare(tracker, done)).toMatchObject([
      { name: 'link of WEB-1', before: null, now: { text: 'blocks WEB-2' }, standing: 'as_left' },
    ]);
    const undone = await restore(tracker, done);
    expect(tracker.links).toEqual([]);
    expect(await compare(tracker, done)).toMatchObject([{ now: null, standing: 'back' }]);
    await restore(tracker, undone);
    expect(tracker.links).toMatchObject([{ type: blocks, outward: 'T1', inward: 'T2' }]);
  });

  test('can be said from the other end, and of a kind without a direction from either', async () => {
    const tracker = withTickets();
    await carryOut(tracker, await link(tracker, { relation: 'Is Blocked By' }));
    await carryOut(tracker, await link(tracker, { relation: 'relates to' }));
    expect(tracker.links).toMatchObject([
      { type: blocks, outward: 'T2', inward: 'T1' },
      { type: relates, outward: 'T1', inward: 'T2' },
    ]);
    // The same two may be linked the other way round, too, but not so again.
    await link(tracker);
    for (const again of [
      { relation: 'is blocked by' },
      { ticket: 'WEB-2', relation: 'blocks', other: 'WEB-1' },
      { relation: 'relates to' },
      { ticket: 'WEB-2', relation: 'relates to', other: 'WEB-1' },
    ]) {
      await expect(link(tracker, again)).rejects.toMatchObject({ code: 'already_exists' });
    }
  });

  test('asks for both tickets before it asks for more', async () => {
    const { asked, description } = await link(withTickets(), { other: 'HELP-1' });
    expect(asked).toMatchObject([
      { want: 'write', project: 'WEB' },
      { want: 'write', project: 'HELP' },
      { want: 'write', project: 'HELP', customers: true },
    ]);
    expect(description.flags).toMatchObject([{ code: 'customer_visible' }]);
    expect(description.reaches.at(-1)).toMatchObject({ code: 'leaves_organisation' });
  });

  test('that is as wide as the wider of two projects is told so', async () => {
    const tracker = withTickets();
    const { project } = tracker.ticket('OPS-1');
    tracker.edit('OPS-1', { project: { ...project, audience: 'public' } });
    expect((await link(tracker, { other: 'OPS-1' })).description.audience).toBe('public');
    const { audience: _audience, ...unknown } = project;
    tracker.edit('OPS-1', { project: unknown });
    expect((await link(tracker, { other: 'OPS-1' })).description).not.toHaveProperty('audience');
  });

  test('stands on both tickets; no rule and no grant covers it', async () => {
    const { plan, before } = await link(withTickets());
    expect([tool.decidable, tool.follows]).toEqual([undefined, undefined]);
    expect(tool.standsOn?.(plan, before)?.map(({ thing }) => thing)).toEqual(['ticket:T1', 'ticket:T2']);
  });
});

describe('a link that cannot be', () => {
  test('is answered alike whichever ticket is missing or outside', async () => {
    const tracker = withTickets();
    const outside = (project: string) => (ask: { readonly project: string }) => ask.project !== project;
    const errors = await Promise.all(
      [
        link(tracker, { ticket: 'OPS-1', other: 'HELP-9' }),
        link(tracker, { ticket: 'OPS-9', other: 'HELP-1' }),
        link(tracker, { ticket: 'OPS-1', other: 'HELP-1' }, outside('OPS')),
        link(tracker, { ticket: 'OPS-1', other: 'HELP-1' }, outside('HELP')),
      ].map((each) =>
        each.then(
          () => null,
          ({ code, next, message }) => [code, next, message.replaceAll('9', '1')],
        ),
      ),
    );
    expect(errors[0]?.[0]).toBe('not_found');
    expect(new Set(errors.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test('has words that nobody says here, or that mean several kinds', async () => {
    const tracker = withTickets();
    await expect(link(tracker, { relation: 'adores' })).rejects.toMatchObject({
      code: 'invalid_arguments',
      next: 'What may be said: "blocks", "is blocked by", "relates to".',
    });
    const input = tool.input.parse({ ticket: 'WEB-1', relation: 'blocks', other: 'WEB-2', reason: 'x' });
    const twice = {
      ...tracker.reader(),
      linkTypes: async () => [...linkTypes, { id: 'l3', outward: 'stops', inward: 'blocks' }],
    };
    const before = await tool.snapshot(input, twice, {} as never);
    expect(() => tool.prepare(input, before, {} as never, () => true)).toThrow('means several kinds');
    const none = await tool.snapshot(input, { ...twice, linkTypes: async () => [] }, {} as never);
    expect(() => tool.prepare(input, none, {} as never, () => true)).toThrow('No link of tickets here');
  });

  test('is to itself, or to an archived ticket', async () => {
    const tracker = withTickets();
    await expect(link(tracker, { other: 'WEB-1' })).rejects.toMatchObject({ code: 'invalid_arguments' });
    const moved = tracker.move('WEB-2', 'OPS');
    await expect(link(tracker, { ticket: 'WEB-2', other: moved.key })).rejects.toMatchObject({
      code: 'invalid_arguments',
    });
    tracker.edit('OPS-1', { archived: true });
    await expect(link(tracker, { other: 'OPS-1' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('before it is written', () => {
  test.each<[string, (tracker: FakeTracker) => void, unknown]>([
    ['another link', (tracker) => tracker.link(relates, 'WEB-1', 'WEB-2'), 'holds'],
    ['the same link', (tracker) => tracker.link(blocks, 'WEB-1', 'WEB-2'), { stale: expect.stringMatching('linked') }],
    ['a move of the other', (tracker) => tracker.move('WEB-2', 'OPS'), { stale: expect.stringMatching('project') }],
    ['archiving', (tracker) => tracker.edit('WEB-2', { archived: true }), { stale: 'WEB-2 is archived by now.' }],
    ['an end', (tracker) => tracker.tickets.delete('T1'), { stale: 'WEB-1 is not there any more.' }],
  ])('after %s', async (_, change, answer) => {
    const tracker = withTickets();
    const proposal = await link(tracker);
    change(tracker);
    expect(await still(tracker, proposal)).toEqual(answer);
  });

  test('the last moment counts, and a lost answer is looked for', async () => {
    const tracker = withTickets();
    const proposal = await link(tracker);
    tracker.inBetween = () => tracker.link(blocks, 'WEB-1', 'WEB-2');
    await expect(carryOut(tracker, proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
    expect(tracker.links).toHaveLength(1);
    expect(await landed(tracker, proposal)).toBe('not_found');
    expect(stepOf(proposal).repeat).toBe('guarded');
  });
});

describe('the undo of a link', () => {
  test('is refused where a ticket is gone or archived', async () => {
    const tracker = withTickets();
    const done = await carryOut(tracker, await link(tracker));
    tracker.edit('WEB-2', { archived: true });
    expect(await planRestore(tracker, done)).toMatchObject({ refused: expect.stringMatching('WEB-2 is archived') });
    tracker.edit('WEB-2', { archived: false });
    const undone = await restore(tracker, done);
    expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    tracker.tickets.delete('T2');
    expect(await planRestore(tracker, undone)).toMatchObject({ refused: 'WEB-2 is not there any more.' });
  });

  test('and the link are nothing left to undo, and other links are others', async () => {
    const tracker = withTickets();
    const one = await carryOut(tracker, await link(tracker));
    const other = await carryOut(tracker, await link(tracker, { relation: 'relates to' }), { by: otherMark });
    const undone = await restore(tracker, one);
    expect(asOne([one, undone])).toMatchObject({ plan: one.plan as object });
    expect([asOne([other, undone]), asOne([one, other])]).toEqual([null, null]);
  });
});
