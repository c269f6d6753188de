import { type Bench, pause } from './bench.ts';
import { filledFor, withReadOnly } from './disk.ts';
import { leaseMs } from './faults.ts';
import { lockedFor } from './lock.ts';
import { killApprovals, lockedDecision } from './moments.ts';
import type { Proposed } from './prepare.ts';
import type { Random } from './random.ts';
import { atNth, freeze, killed, takenOver, whileItWaits } from './ticket-faults.ts';

/** What is done to the suite while a ticket is written. Answers whether it came to that. */
export type TicketMoment = {
  readonly name: string;
  /** In which column it is told. */
  readonly step: 'ticket write' | 'any';
  /** Whether it goes by the files of the ledger, which a ledger on PostgreSQL has not. */
  readonly watches?: true;
  readonly play: (bench: Bench, change: Proposed, random: Random) => Promise<boolean>;
};

const atTheWrite: readonly TicketMoment[] = [
  [
    'kill tickets before',
    whileItWaits(async (bench, _change, letGo) => {
      await bench.kill('tickets');
      await letGo();
      await bench.start('tickets');
    }),
  ],
  [
    'freeze tickets before',
    whileItWaits((bench, _change, letGo) => freeze(bench, () => letGo().then(() => pause(leaseMs * 1.5)))),
  ],
  ['freeze tickets before, second executor', whileItWaits((bench, change, letGo) => takenOver(bench, change, letGo))],
  ...[1_000, 6_000].map((ms) => [`tracker locked ${ms / 1000} s`, whileItWaits(() => pause(ms))] as const),
  ['kill tickets after', atNth(1, killed, 'tracker')],
  ['freeze tickets after', atNth(1, (bench) => freeze(bench, () => pause(leaseMs * 1.5)), 'tracker')],
  ['freeze tickets after, second executor', atNth(1, (bench, change) => takenOver(bench, change), 'tracker')],
  ...[2_000, 12_000].map(
    (ms) => [`ledger locked ${ms / 1000} s after`, atNth(1, ({ ledger }) => lockedFor(ledger, ms), 'tracker')] as const,
  ),
].map(([name, play]) => ({ name, step: 'ticket write', watches: true, play }) as TicketMoment);

const commits = 8;

const atCommits: readonly TicketMoment[] = Array.from({ length: commits }, (_, index) => index + 1).flatMap((nth) => [
  { name: `kill tickets at commit ${nth}`, step: 'any', watches: true, play: atNth(nth, killed) },
  {
    name: `freeze tickets at commit ${nth}`,
    step: 'any',
    watches: true,
    play: atNth(nth, (bench) => freeze(bench, () => pause(leaseMs * 1.5))),
  },
  {
    name: `ledger locked 2 s at commit ${nth}`,
    step: 'any',
    watches: true,
    play: atNth(nth, ({ ledger }) => lockedFor(ledger, 2_000)),
  },
]);

const nothing: TicketMoment = {
  name: 'nothing',
  step: 'any',
  play: async (_bench, { begin }) => {
    await begin();
    return true;
  },
};

/** What is done to approvals while it decides; a chain is decided otherwise. */
const deciding: readonly TicketMoment[] = [...killApprovals, lockedDecision].map(({ name, play }) => ({
  name,
  step: 'any',
  play: async (bench, { id, begin, writes }, random) => {
    if (writes === undefined) return play(bench, id, random);
    await begin();
    return false;
  },
}));

/** Every fault that is played while a ticket is written. */
export const ticketMoments: readonly TicketMoment[] = [nothing, ...atTheWrite, ...atCommits, ...deciding];

/** The tracker and the ledger find no more space. */
export const diskFullOfTickets: TicketMoment = {
  name: 'disk full 3 s',
  step: 'ticket write',
  play: whileItWaits((bench, _change, letGo) => {
    const filled = filledFor(bench.suite.data, 3_000);
    return Promise.all([filled, letGo()]).then(() => undefined);
  }),
};

/** The ticket server finds a ledger that it cannot write when it starts, and does not start. */
export const readOnlyOfTickets: TicketMoment = {
  name: 'ledger read-only at a start',
  step: 'any',
  play: async (bench, change) => {
    await bench.kill('tickets');
    await change.begin();
    const started = await withReadOnly(bench, () =>
      bench
        .start('tickets')
        .then(() => true)
        .catch(() => false),
    );
    if (started) throw new Error('tickets started on a ledger that it cannot write');
    await bench.start('tickets');
    return true;
  },
};
