import { describe, expect, test } from 'vitest';
import { archiveTicket as tool } from '#capabilities/ticket-write/archive_ticket.ts';
import { linkTypes } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { asOne, carryOut, compare, landed, planRestore, propose, restore, stepOf, still } from './drive.ts';

function withTicket(project = 'WEB'): FakeTracker {
  const tracker = new FakeTracker();
  tracker.add(project);
  tracker.add('OPS');
  return tracker;
}

const archive = (tracker: FakeTracker, ticket = 'WEB-1') => propose(tracker, 'archive_ticket', { ticket });

describe('a ticket', () => {
  test('is archived with all that is on it, and brought back', async () => {
    const tracker = withTicket();
    for (const type of linkTypes.slice(0, 1)) tracker.link(type, 'WEB-1', 'OPS-1');
    const proposal = await archive(tracker);
    expect(proposal.description).toMatchObject({
      summary: 'Archive WEB-1',
      effects: [{ target: 'ticket WEB-1', field: 'archived', before: 'no', after: 'yes' }],
      touches: ['ticket/T1'],
      flags: [{ code: 'closes', message: expect.stringMatching('It has one link to other tickets') }],
      reversible: { kind: 'partial' },
    });
    const done = await carryOut(tracker, proposal);
    expect(tracker.ticket('WEB-1').archived).toBe(true);
    expect(await compare(tracker, done)).toMatchObject([{ name: 'ticket WEB-1', standing: 'as_left' }]);
    const undone = await restore(tracker, done);
    expect(tracker.ticket('WEB-1').archived).toBe(false);
    expect(await planRestore(tracker, done)).toMatchObject({ refused: 'There is nothing left to undo.' });
    await restore(tracker, undone);
    expect(tracker.ticket('WEB-1').archived).toBe(true);
    expect(tracker.writes).toEqual(['archive', 'unarchive', 'archive']);
  });

  test('that is archived already is not archived again, nor one that is not there or outside', async () => {
    const tracker = withTicket();
    tracker.edit('WEB-1', { archived: true });
    await expect(archive(tracker)).rejects.toMatchObject({ code: 'conflict', message: 'WEB-1 is archived already.' });
    await expect(archive(tracker, 'WEB-2')).rejects.toMatchObject({ code: 'not_found' });
    const outside = propose(tracker, 'archive_ticket', { ticket: 'OPS-1' }, () => false);
    await expect(outside).rejects.toEqual(tool.absent?.(tool.input.parse({ ticket: 'OPS-1', reason: 'r' })));
  });

  test('of a project with customers is asked for and flagged as such', async () => {
    const { asked, description } = await archive(withTicket('HELP'), 'HELP-1');
    expect(asked.at(-1)).toMatchObject({ customers: true });
    expect(description.flags.map(({ code }) => code)).toEqual(['closes', 'customer_visible']);
  });

  test('is decided by people alone, and has been worked on then', async () => {
    const tracker = withTicket();
    const { plan, before, receipts, after } = await carryOut(tracker, await archive(tracker));
    expect([tool.decidable, tool.follows]).toEqual([undefined, undefined]);
    expect(tool.leaves?.(plan, before, receipts, after)).toEqual([{ thing: 'ticket:T1', version: null, made: false }]);
    expect(tool.leaves?.(plan, before, {}, after)).toEqual([]);
  });

  test.each<[string, (tracker: FakeTracker) => void, unknown]>([
    ['another title', (tracker) => tracker.edit('WEB-1', { title: 'Other' }), 'holds'],
    ['archiving', (tracker) => tracker.edit('WEB-1', { archived: true }), { stale: 'WEB-1 is archived by now.' }],
    ['a move', (tracker) => tracker.move('WEB-1', 'OPS'), { stale: expect.stringMatching('project') }],
    ['its end', (tracker) => tracker.tickets.delete('T1'), { stale: expect.stringMatching('not there') }],
  ])('after %s', async (_, change, answer) => {
    const tracker = withTicket();
    const proposal = await archive(tracker);
    change(tracker);
    expect(await still(tracker, proposal)).toEqual(answer);
  });

  test('is looked at where the answer was lost, and stale where another was quicker', async () => {
    const tracker = withTicket();
    const proposal = await archive(tracker);
    tracker.fault = 'answer_lost';
    await expect(carryOut(tracker, proposal)).rejects.toThrow('connection');
    expect(await landed(tracker, proposal)).toMatchObject({ landed: { id: 'T1' } });
    expect(stepOf(proposal).repeat).toBe('guarded');
    const other = withTicket();
    const late = await archive(other);
    other.inBetween = () => other.edit('WEB-1', { archived: true });
    await expect(carryOut(other, late)).rejects.toMatchObject({ name: 'NotDone' });
  });

  test('and its undo are nothing left to undo', async () => {
    const tracker = withTicket();
    const done = await carryOut(tracker, await archive(tracker));
    const undone = await restore(tracker, done);
    expect(asOne([done, undone])).not.toBeNull();
    expect(asOne([done, done])).toBeNull();
    const other = await carryOut(tracker, await archive(tracker, 'OPS-1'));
    expect(asOne([other, undone])).toBeNull();
  });
});
