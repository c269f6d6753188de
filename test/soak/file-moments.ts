import type { Bench } from './bench.ts';
import { filledFor, withReadOnly } from './disk.ts';
import { leaseMs } from './faults.ts';
import { atNth, freeze, type Keeper, killed, takenOver, whileItWaits } from './file-faults.ts';
import { lockedFor } from './lock.ts';
import { killApprovals, lockedDecision } from './moments.ts';
import { pause } from './pause.ts';
import type { Proposed } from './prepare.ts';
import type { Random } from './random.ts';

/** What is done to the suite while something is written to a file of a server's own. Answers whether it came to that. */
export type FileMoment = {
  readonly name: string;
  /** In which column it is told. */
  readonly step: 'write to a file' | 'any';
  /** Whether it goes by the files of the ledger, which a ledger on PostgreSQL has not. */
  readonly watches?: true;
  readonly play: (bench: Bench, change: Proposed, random: Random) => Promise<boolean>;
};

const asleep = () => pause(leaseMs * 1.5);

function atTheWrite(of: Keeper): readonly FileMoment[] {
  const { name, what, file } = of;
  const frozenBefore: FileMoment['play'] = whileItWaits(of, (bench, _change, letGo) =>
    freeze(of, bench, () => letGo().then(asleep)),
  );
  const killedBefore: FileMoment['play'] = whileItWaits(of, async (bench, _change, letGo) => {
    await bench.kill(name);
    await letGo();
    await bench.start(name);
  });
  const plays: readonly (readonly [name: string, play: FileMoment['play']])[] = [
    [`kill ${name} before`, killedBefore],
    [`freeze ${name} before`, frozenBefore],
    [
      `freeze ${name} before, second executor`,
      whileItWaits(of, (bench, change, letGo) => takenOver(of, bench, change, letGo)),
    ],
    ...[1_000, 6_000].map((ms) => [`${what} locked ${ms / 1000} s`, whileItWaits(of, () => pause(ms))] as const),
    [`kill ${name} after`, atNth(1, killed(of), file)],
    [`freeze ${name} after`, atNth(1, (bench) => freeze(of, bench, asleep), file)],
    [`freeze ${name} after, second executor`, atNth(1, (bench, change) => takenOver(of, bench, change), file)],
    ...[2_000, 12_000].map(
      (ms) => [`ledger locked ${ms / 1000} s after`, atNth(1, ({ ledger }) => lockedFor(ledger, ms), file)] as const,
    ),
  ];
  return plays.map(([title, play]) => ({ name: title, step: 'write to a file', watches: true, play }));
}

const commits = 14;

const atCommits = (of: Keeper): readonly FileMoment[] =>
  Array.from({ length: commits }, (_, index) => index + 1).flatMap((nth): FileMoment[] => [
    { name: `kill ${of.name} at commit ${nth}`, step: 'any', watches: true, play: atNth(nth, killed(of)) },
    {
      name: `freeze ${of.name} at commit ${nth}`,
      step: 'any',
      watches: true,
      play: atNth(nth, (bench) => freeze(of, bench, asleep)),
    },
    {
      name: `ledger locked 2 s at commit ${nth}`,
      step: 'any',
      watches: true,
      play: atNth(nth, ({ ledger }) => lockedFor(ledger, 2_000)),
    },
  ]);

const nothing: FileMoment = {
  name: 'nothing',
  step: 'any',
  play: async (_bench, { begin }) => {
    await begin();
    return true;
  },
};

/** What is done to approvals while it decides. Several changes are decided otherwise: see {@link decidingTogether}. */
const deciding: readonly FileMoment[] = [...killApprovals, lockedDecision].map(({ name, play }) => ({
  name,
  step: 'any',
  play: async (bench, change, random) => {
    if (change.writes === undefined) return play(bench, change.id, random);
    return name.startsWith('kill') ? decidingTogether(bench, change, random) : nothing.play(bench, change, random);
  },
}));

/** Approvals dies over a decision of several changes, or between two; what is not decided after that is decided again. */
async function decidingTogether(bench: Bench, { begin }: Proposed, random: Random): Promise<boolean> {
  const answer = begin().catch(() => undefined);
  await pause(Math.floor(random() * 40));
  await bench.kill('approvals');
  await answer;
  await bench.start('approvals');
  await begin();
  return true;
}

/** Every fault that is played while a server writes to its file. */
export const fileMoments = (of: Keeper): readonly FileMoment[] => [
  nothing,
  ...atTheWrite(of),
  ...atCommits(of),
  ...deciding,
];

/** The file and the ledger find no more space. */
export const diskFullOf = (of: Keeper): FileMoment => ({
  name: 'disk full 3 s',
  step: 'write to a file',
  play: whileItWaits(of, (bench, _change, letGo) => {
    const filled = filledFor(bench.suite.data, 3_000);
    return Promise.all([filled, letGo()]).then(() => undefined);
  }),
});

/** A server finds a ledger that it cannot write when it starts, and does not start. */
export const readOnlyOf = ({ name }: Keeper): FileMoment => ({
  name: 'ledger read-only at a start',
  step: 'any',
  play: async (bench, change) => {
    await bench.kill(name);
    await change.begin();
    const started = await withReadOnly(bench, () =>
      bench
        .start(name)
        .then(() => true)
        .catch(() => false),
    );
    if (started) throw new Error(`${name} started on a ledger that it cannot write`);
    await bench.start(name);
    return true;
  },
});
