import { describe, expect, test } from 'vitest';
import { ticketWrite } from '#capabilities/ticket-write/capability.ts';
import { statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { propose } from './drive.ts';

/** What a scope says to a call: the first denial of what the call asks for, or null. */
async function denialOf(written: object, name: string, args: Record<string, unknown>, tracker = withTickets()) {
  const scope = ticketWrite.scope.parse({ projects: ['WEB', 'HELP'], ...written });
  const { asked } = await propose(tracker, name, args);
  const denials = asked.filter(({ want }) => want === 'write').map((ask) => ticketWrite.denies(scope, ask));
  return denials.find((denial) => denial !== null) ?? null;
}

function withTickets(): FakeTracker {
  const tracker = new FakeTracker();
  for (const project of ['WEB', 'WEB', 'OPS', 'HELP']) tracker.add(project, { status: statuses.inProgress });
  return tracker;
}

describe('a scope of tickets', () => {
  const review = { ticket: 'WEB-1', to_status: 'In review' };

  test('grants no status that it does not name, and says so of a ticket that it covers', async () => {
    expect(await denialOf({ to_status: ['in review'] }, 'transition_ticket', review)).toBeNull();
    for (const written of [{}, { to_status: ['Done'] }]) {
      expect(await denialOf(written, 'transition_ticket', review)).toEqual({
        denied: 'Bringing a ticket to the status "In review" is not granted.',
        remedy: expect.any(String),
      });
    }
  });

  test('counts where a transition leads, whatever it is called', async () => {
    const finish = { ticket: 'WEB-1', transition: 'Ask for review' };
    expect(await denialOf({ to_status: ['Ask for review'] }, 'transition_ticket', finish)).not.toBeNull();
    expect(await denialOf({ to_status: ['In review'] }, 'transition_ticket', finish)).toBeNull();
  });

  test('grants nothing that customers see unless it says so', async () => {
    const calls: readonly (readonly [string, object])[] = [
      ['add_comment', { ticket: 'HELP-1', body: 'x', visible_to: 'customers' }],
      ['transition_ticket', { ticket: 'HELP-1', to_status: 'In review' }],
      ['link_tickets', { ticket: 'WEB-1', relation: 'blocks', other: 'HELP-1' }],
      ['archive_ticket', { ticket: 'HELP-1' }],
    ];
    for (const [name, args] of calls) {
      const written = { to_status: ['In review'] };
      expect(await denialOf(written, name, { ...args }), name).toMatchObject({
        denied: 'Writing what customers see is not granted.',
        remedy: expect.any(String),
      });
      expect(await denialOf({ ...written, customers: true }, name, { ...args }), name).toBeNull();
    }
    expect(await denialOf({}, 'add_comment', { ticket: 'HELP-1', body: 'x' })).toBeNull();
  });

  test('tells nothing of a ticket that it does not cover', async () => {
    for (const [name, args] of [
      ['add_comment', { ticket: 'OPS-1', body: 'x' }],
      ['transition_ticket', { ticket: 'OPS-1', to_status: 'In review' }],
      ['archive_ticket', { ticket: 'OPS-1' }],
      // That customers see the one is not said before the other one is known to be granted.
      ['link_tickets', { ticket: 'HELP-1', relation: 'blocks', other: 'OPS-1' }],
      ['link_tickets', { ticket: 'OPS-1', relation: 'blocks', other: 'WEB-1' }],
    ] as const) {
      const denial = await denialOf({ to_status: ['Done'] }, name, { ...args });
      expect(denial, name).toEqual({ denied: 'Writing to OPS is not granted.' });
    }
  });

  test('can be narrowed to tickets of a type, with a label, or of the account', async () => {
    const comment = { ticket: 'WEB-1', body: 'x' };
    for (const narrow of [{ types: ['Task'] }, { labels: ['agents'] }, { only: ['assigned'] }]) {
      expect(await denialOf(narrow, 'add_comment', comment)).not.toHaveProperty('remedy');
    }
    const tracker = withTickets();
    tracker.edit('WEB-1', { labels: ['Agents'] });
    expect(await denialOf({ labels: ['agents'] }, 'add_comment', comment, tracker)).toBeNull();
  });

  test('that names no tools grants archiving by name alone', () => {
    expect(ticketWrite.usual).not.toContain('archive_ticket');
    expect(ticketWrite.usual).toContain('create_ticket');
  });
});
