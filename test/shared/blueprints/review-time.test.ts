import { expect, test } from 'vitest';
import { endOfReview } from '#shared/blueprints/review-time.ts';

const end = (workingDays: number, timeZone: string, from: string) =>
  endOfReview({ workingDays, timeZone }, new Date(from)).toISOString();

test.each([
  ['two days within a week', 2, 'UTC', '2027-01-05T10:20:30.123Z', '2027-01-07T10:20:30.123Z'],
  ['a weekend does not count', 2, 'UTC', '2027-01-07T10:00:00.000Z', '2027-01-11T10:00:00.000Z'],
  [
    'what is asked on a Saturday counts from Monday on',
    1,
    'UTC',
    '2027-01-09T15:00:00.000Z',
    '2027-01-12T00:00:00.000Z',
  ],
  ['and on a Sunday', 1, 'UTC', '2027-01-10T23:59:59.999Z', '2027-01-12T00:00:00.000Z'],
  ['Friday there is Saturday here', 1, 'America/Los_Angeles', '2027-01-09T03:00:00.000Z', '2027-01-12T03:00:00.000Z'],
  ['Monday there is Sunday here', 1, 'Asia/Tokyo', '2027-01-10T16:00:00.000Z', '2027-01-11T16:00:00.000Z'],
  [
    'clocks go forward: the same time of day',
    1,
    'Europe/Berlin',
    '2027-03-26T11:00:00.000Z',
    '2027-03-29T10:00:00.000Z',
  ],
  ['clocks go back: the same time of day', 1, 'Europe/Berlin', '2026-10-23T10:00:00.000Z', '2026-10-26T11:00:00.000Z'],
  ['four weeks', 20, 'UTC', '2027-01-05T00:00:00.000Z', '2027-02-02T00:00:00.000Z'],
])('working days: %s', (_what, days, zone, from, until) => {
  expect(end(days, zone, from)).toBe(until);
});
