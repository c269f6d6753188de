import { describe, expect, test } from 'vitest';
import { asksOfTicket } from '#capabilities/ticket/asks.ts';
import { projectKey, ticketKey } from '#capabilities/ticket/keys.ts';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { ticketRead } from '#capabilities/ticket-read/capability.ts';
import { people } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';

const denied = (scope: Record<string, unknown>, ask: TicketAsk) =>
  ticketRead.denies(ticketRead.scope.parse(scope), ask)?.denied ?? null;

describe('a scope of tickets', () => {
  test('is strict, and names projects at least', () => {
    const { scope } = ticketRead;
    for (const wrong of [{}, { projects: [] }, { projects: ['web'] }, { projects: ['WEB'], label: ['a'] }]) {
      expect(scope.safeParse(wrong).success).toBe(false);
    }
    for (const wrong of [{ only: [] }, { only: ['mine'] }, { types: [] }, { labels: [''] }]) {
      expect(scope.safeParse({ projects: ['WEB'], ...wrong }).success).toBe(false);
    }
    expect(scope.safeParse({ projects: ['WEB', 'acme/web'], only: ['created'], types: ['Bug'] }).success).toBe(true);
  });

  test('grants reading of its projects, in any case, and nothing else', () => {
    const projects = ['WEB', 'acme/Shop'];
    expect(denied({ projects }, { want: 'read', project: 'acme/shop' })).toBeNull();
    expect(denied({ projects }, { want: 'read', project: 'WEBX' })).toBe('Reading WEBX is not granted.');
    expect(denied({ projects }, { want: 'write', project: 'WEB' })).toBe('Only reading is granted here.');
  });

  test('is asked about a ticket by what it is to the account that acts', () => {
    const tracker = new FakeTracker();
    const made = tracker.add('WEB', { reporter: people.self, labels: ['Agent'] });
    const [ask] = asksOfTicket(made, people.self, 'read');
    expect(ask.ticket).toEqual({ type: 'Bug', labels: ['Agent'], created: true, assigned: false });
    expect(denied({ projects: ['WEB'], only: ['created'], labels: ['agent'], types: ['bug'] }, ask)).toBeNull();
    expect(denied({ projects: ['WEB'], only: ['assigned'] }, ask)).toContain('assigned');
    expect(denied({ projects: ['WEB'], labels: ['bot'] }, ask)).toContain('label');
    expect(denied({ projects: ['WEB'], types: ['Task'] }, ask)).toContain('"Bug"');
  });

  test.each(['ａgent', 'аgent', 'agent\u200b', 'agent '])('takes %j for no other label', (label) => {
    const [ask] = asksOfTicket(new FakeTracker().add('WEB', { labels: [label] }), people.self, 'read');
    expect(denied({ projects: ['WEB'], labels: ['agent'] }, ask)).toContain('label');
  });

  test('opens searches with what it names', () => {
    const granted = ticketRead.scope.parse({ projects: ['WEB', 'OPS'], only: ['created'] });
    expect(ticketRead.opens?.(granted)).toEqual([
      { want: 'read', project: 'WEB', within: { only: ['created'] } },
      { want: 'read', project: 'OPS', within: { only: ['created'] } },
    ]);
  });
});

describe('a key', () => {
  test.each(['WEB-1', 'A1_B-4294967295', 'acme/web.js#12'])('of a ticket: %s', (key) => {
    expect(ticketKey.safeParse(key).success).toBe(true);
  });
  test.each(['WEB', 'WEB-01', 'WEB-1#2', '-1', 'acme/web', 'acme/web#', 'a/../b#1', 'acme/..#1', 'WEB-1\n', 'WÉB-1'])(
    'of no ticket: %j',
    (key) => {
      expect(ticketKey.safeParse(key).success).toBe(false);
    },
  );
  test.each([
    ['WEB', true],
    ['acme/web', true],
    ['web', false],
    ['WEB-1', false],
    ['WEB/..', false],
    ['__proto__', false],
  ])('of a project: %s %s', (key, isOne) => {
    expect(projectKey.safeParse(key).success).toBe(isOne);
  });
});
