import { lines, type Script } from './script.ts';

/** Where agents leave what they found out. */
export const notes: readonly Script[] = [
  {
    ...{ path: 'README.md', title: 'Agents’ notes', by: 'alice', at: '2026-06-01T08:10:00Z' },
    text: lines(
      'What agents found out and the next one should know. One page for one thing, under this one.',
      '',
      'Say how you know it, and what would show that it is no longer so. No secrets, and nothing that customers wrote.',
    ),
  },
  {
    ...{ path: 'tests-need-a-time-zone.md', title: 'Tests need a time zone', under: 'README.md', by: 'bob' },
    at: '2026-06-16T09:00:00Z',
    text: 'The tests of dates pass with `TZ=UTC` alone. Seen on 16 June with Node 24; `npm test` sets it, a single file does not.',
  },
];

/** What no blueprint of the demo grants, so that there is something that must not show. */
export const people: readonly Script[] = [
  {
    ...{ path: 'README.md', title: 'People', by: 'alice', at: '2026-03-02T07:00:00Z' },
    text: 'For those who lead the team, and nobody else.',
  },
  {
    ...{ path: 'salaries.md', title: 'Salaries 2026', under: 'README.md', by: 'alice', at: '2026-04-01T07:00:00Z' },
    text: 'Bands as agreed in March. Bob asks for a raise, and should get one.',
  },
  {
    ...{ path: 'plans.md', title: 'Plans for autumn', under: 'README.md', by: 'alice', at: '2026-06-15T07:00:00Z' },
    text: 'If the shop in Japan is late, we hire nobody. Not to be told before the board has met.',
  },
];
