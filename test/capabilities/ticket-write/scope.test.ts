import { describe, expect, test } from 'vitest';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { ticketWrite } from '#capabilities/ticket-write/capability.ts';

const scope = (granted: object) => ticketWrite.scope.parse({ projects: ['WEB'], ...granted });
const denied = (granted: object, ask: Partial<TicketAsk>): string | null =>
  ticketWrite.denies(scope(granted), { want: 'write', project: 'WEB', ...ask })?.denied ?? null;

describe('the scope of writing tickets', () => {
  const cases: readonly (readonly [granted: object, ask: Partial<TicketAsk>, says: string | null])[] = [
    [{}, {}, null],
    [{}, { project: 'OPS' }, 'Writing to OPS is not granted.'],
    [{}, { want: 'read' }, 'Only writing is granted here.'],
    [{}, { field: 'title' }, null],
    [{}, { field: 'Labels' }, null],
    [{}, { field: 'due' }, 'Writing the field "due" is not granted.'],
    [{ fields: ['due', 'Severity'] }, { field: 'severity' }, null],
    [{ fields: ['due', 'Severity'] }, { field: 'title' }, 'Writing the field "title" is not granted.'],
    [{}, { label: 'ui' }, 'Putting on or taking off the label "ui" is not granted.'],
    [{ set_labels: ['UI', 'team-*'] }, { label: 'ui' }, null],
    [{ set_labels: ['UI', 'team-*'] }, { label: 'Team-web' }, null],
    [
      { set_labels: ['UI', 'team-*'] },
      { label: 'security' },
      'Putting on or taking off the label "security" is not granted.',
    ],
    [{}, { toStatus: 'Done' }, 'Bringing a ticket to the status "Done" is not granted.'],
    [{ to_status: ['done'] }, { toStatus: 'Done' }, null],
    [{}, { customers: true }, 'Writing what customers see is not granted.'],
    [{ customers: true }, { customers: true }, null],
    [{ types: ['Bug'] }, { type: 'Task' }, 'Writing to tickets of the type "Task" is not granted.'],
  ];
  test.each(cases)('of %j answers %j with %j', (granted, ask, says) => {
    expect(denied(granted, ask)).toBe(says);
  });

  test('covers a new ticket only where it covers what that would be', () => {
    const made = { type: 'Bug', labels: ['ui'], created: true, assigned: false };
    expect(denied({ labels: ['ui'] }, { ticket: made })).toBeNull();
    expect(denied({ labels: ['ui'] }, { ticket: { ...made, labels: [] } })).toContain('label');
    expect(denied({ only: ['created'] }, { ticket: made })).toBeNull();
    expect(denied({ only: ['assigned'] }, { ticket: made })).toContain('assigned');
  });

  test('says what a person can do only of places that are granted', () => {
    const ask = { want: 'write', project: 'WEB', field: 'due' } as const;
    expect(ticketWrite.denies(scope({}), ask)).toHaveProperty('remedy');
    expect(ticketWrite.denies(scope({}), { ...ask, project: 'OPS' })).not.toHaveProperty('remedy');
  });

  test('knows no other words, and no empty lists', () => {
    for (const wrong of [
      { status: ['Done'] },
      { fields: [] },
      { set_labels: [] },
      { customers: false },
      { projects: [] },
    ]) {
      expect(() => scope(wrong)).toThrow();
    }
  });

  test('leaves reading to the power to read', () => {
    expect(ticketWrite.elsewhere?.({ want: 'read', project: 'WEB' })).toMatchObject({ tool: 'get_ticket' });
    expect(ticketWrite.elsewhere?.({ want: 'write', project: 'WEB' })).toBeNull();
  });
});
