import { expect, test } from 'vitest';
import { grantFor, liveness } from '#shared/blueprints/grants.ts';
import { withinLimits } from '#shared/blueprints/limits.ts';
import { full, minimal, parse } from './fixture.ts';

test('a tool is granted by the capability that lists it', () => {
  expect(grantFor(parse(full), 'propose_books')?.capability).toBe('shelf-write');
  expect(grantFor(parse(full), 'list_books')?.scope).toEqual({ shelves: ['a', 'b'], depth: 'all' });
});

test('a tool that is left out, of a capability that is not granted, or unknown is not granted', () => {
  expect(grantFor(parse(full), 'remove_books')).toBeNull();
  expect(grantFor(parse(full), 'withdraw_change')).toBeNull();
  expect(grantFor(parse(minimal), 'propose_books')).toBeNull();
  expect(grantFor(parse(minimal), 'toString')).toBeNull();
});

test('a delegation holds to the end of its last day in UTC', () => {
  const blueprint = parse(full);
  expect(liveness(blueprint, new Date('2027-03-31T23:59:59.999Z'))).toEqual({ live: true });
  expect(liveness(blueprint, new Date('2027-04-01T00:00:00.000Z'))).toEqual({
    live: false,
    why: 'The delegation by bob ended with 2027-03-31 (UTC).',
  });
});

test('a blueprint without delegation does not end by itself', () => {
  expect(liveness(parse(minimal), new Date('2999-01-01'))).toEqual({ live: true });
});

const { limits } = parse(full);

test('below both limits one more change may be proposed', () => {
  expect(withinLimits({ limits, writesLastHour: 2, pending: 1 })).toBeNull();
});

test('at the hourly limit the agent is told when to come back', () => {
  expect(withinLimits({ limits, writesLastHour: 3, pending: 0 })).toMatchObject({
    code: 'limit_reached',
    retryable: true,
    message: 'You proposed 3 changes in the last 60 minutes, and the blueprint allows 3.',
    next: expect.stringContaining('60 minutes'),
  });
});

test('at the limit of open changes the agent is told how to get below it', () => {
  expect(withinLimits({ limits, writesLastHour: 3, pending: 2 })).toMatchObject({
    code: 'limit_reached',
    message: '2 of your changes are still open, and the blueprint allows 2 at once.',
    next: expect.stringContaining('withdraw_change'),
  });
});
