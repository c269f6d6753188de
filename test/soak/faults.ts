import { startServer } from '#test/e2e/server-process.ts';
import type { Bench, Name } from './bench.ts';
import type { Call } from './calls.ts';
import type { Expected } from './invariants.ts';
import { isLocked, lockedFor } from './lock.ts';
import { pause } from './pause.ts';
import { settled } from './waits.ts';

/** What goes wrong at one request of a write, and what it may lead to. */
export type Fault = {
  readonly name: string;
  readonly expected: (call: Call) => Expected;
  readonly applies: (call: Call) => boolean;
  /** What forge does when the request comes. */
  readonly forge: () => object;
  /** What is done to the processes while forge plays that. */
  readonly meanwhile: (bench: Bench, id: string) => Promise<void>;
};

/** Which one writes. */
type Server = Extract<Name, 'github' | 'knowledge'>;

type When = 'before' | 'after';
const whens: readonly When[] = ['before', 'after'];

const nothing = async (): Promise<void> => {};
const always = (): boolean => true;
const lossless = (): Expected => 'applied';

/** The suite's lease in these runs; see test/e2e/suite.ts. */
export const leaseMs = 1_000;

const killed = (name: Name, when: When): Fault => ({
  name: `kill ${name} ${when}`,
  expected: lossless,
  applies: always,
  forge: () => ({ when, do: 'hang' }),
  meanwhile: async (bench) => {
    await bench.kill(name);
    bench.arm([]);
    await bench.start(name);
  },
});

export async function frozen(pid: number, work: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

const freeze = (name: Name, when: When): Fault => ({
  name: `freeze ${name} ${when}`,
  expected: lossless,
  applies: always,
  forge: () => ({ when, do: 'delay', ms: 300 }),
  meanwhile: ({ suite }) => frozen(suite.server(name).pid, () => pause(leaseMs * 1.5)),
});

/** The executor sleeps past its lease, another carries on, and then the first wakes up with its request half done. */
const takeover = (server: Server, when: When): Fault => ({
  name: `freeze ${server} ${when}, second executor`,
  expected: lossless,
  applies: ({ writes }) => writes,
  forge: () => ({ when, do: 'delay', ms: 3_000 }),
  meanwhile: async (bench, id) => {
    const begun = performance.now();
    let second: Awaited<ReturnType<typeof startServer>> | undefined;
    while (second === undefined) {
      await frozen(bench.suite.server(server).pid, async () => {
        // Whoever sleeps in a transaction of the ledger keeps everybody else out, a second executor too.
        if (isLocked(bench.ledger)) return;
        second = await startServer(server, bench.suite.environment(server));
        await settled(bench, id, 3_500);
      });
    }
    await settled(bench, id, 15_000);
    // Until the request that was held up has come through too.
    await pause(Math.max(0, 3_200 - (performance.now() - begun)));
    await second?.stop();
  },
});

/** One of two executors dies in the middle of a write, and the other goes on. */
const killedBesideAnother = (server: Server, when: When): Fault => ({
  name: `kill ${server} ${when}, second executor`,
  expected: lossless,
  applies: ({ writes }) => writes,
  forge: () => ({ when, do: 'hang' }),
  meanwhile: async (bench, id) => {
    const second = await startServer(server, bench.suite.environment(server));
    try {
      await bench.kill(server);
      await settled(bench, id, 15_000);
    } finally {
      await second.stop();
      await bench.start(server);
    }
  },
});

/** An answer that comes when nobody waits for it any more: see the time-outs of the GitHub server. */
const late = (name: string, applies: Fault['applies'], ms: number): Fault => ({
  name: `late ${name}`,
  expected: lossless,
  applies,
  forge: () => ({ when: 'before', do: 'delay', ms }),
  // Until the request that nobody waits for has come through.
  meanwhile: () => pause(ms + 500),
});

const answer = (name: string, when: When, forge: object, expected: Fault['expected'] = lossless): Fault => ({
  name: `${name} ${when}`,
  expected,
  applies: always,
  forge: () => ({ when, ...forge }),
  meanwhile: nothing,
});

const status = (code: number, headers: object = {}) => ({
  do: 'status',
  status: code,
  headers,
  body: '{"message":"no"}',
});

/** A backend that says no may end a change; that reads and tokens are refused once is no reason to. */
const refused = (): Expected => 'refused';

/** Until the limits that are played here are over: what comes next may not meet them. */
const overMs = 2_200;

const limited = (name: string, forge: () => object): Fault => ({
  ...answer(name, 'before', {}),
  forge: () => ({ when: 'before', ...forge() }),
  meanwhile: () => pause(overMs),
});

const tooMany = limited('429', () => status(429, { 'retry-after': '1' }));

const limits: readonly Fault[] = [
  limited('403 secondary limit', () => status(403, { 'retry-after': '1' })),
  tooMany,
  limited('403 primary limit', () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 1);
    return status(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
  }),
];

const answers: readonly Fault[] = whens.flatMap((when) => [
  answer('drop', when, { do: 'drop' }),
  answer('delay', when, { do: 'delay', ms: 1_500 }),
  answer('duplicate', when, { do: 'duplicate' }),
  ...[500, 502, 503].map((code) => answer(String(code), when, status(code))),
  answer('malformed', when, { do: 'status', status: 200, body: '{"data":{' }),
  answer('empty', when, { do: 'status', status: 200, body: '' }),
]);

const refusals: readonly Fault[] = [400, 401, 403, 404, 409, 422].map((code) =>
  answer(String(code), 'before', status(code), refused),
);

/** Holds the ledger's write lock from another process for so long. */
const locked = (ms: number): Fault => ({
  name: `ledger locked ${ms / 1000} s`,
  expected: lossless,
  // Waiting for long is played where it matters most.
  applies: ({ writes }) => writes || ms < 10_000,
  forge: () => ({ when: 'before', do: 'delay', ms: 500 }),
  meanwhile: ({ ledger }) => lockedFor(ledger, ms),
});

/** What is done to the server that writes. */
const toServer = (server: Server): readonly Fault[] =>
  whens.flatMap((when) => [
    killed(server, when),
    freeze(server, when),
    takeover(server, when),
    killedBesideAnother(server, when),
  ]);

/** Every fault that is played at a request to GitHub. */
export const faults: readonly Fault[] = [
  ...toServer('github'),
  ...whens.flatMap((when) => [killed('forge', when), freeze('forge', when)]),
  late('write', ({ writes }) => writes, 33_000),
  late('read or token', ({ writes }) => !writes, 12_000),
  ...answers,
  ...limits,
  ...refusals,
  locked(2_000),
  locked(12_000),
];

/** What is also tried with reads of a vendor: a page is read many times for one write. */
const atReads: ReadonlySet<string> = new Set(['kill knowledge before', '503 before', '404 before']);

/** Every fault that is played at a request to a vendor of pages. */
export const vendorFaults: readonly Fault[] = [
  ...toServer('knowledge'),
  ...answers,
  tooMany,
  ...refusals,
  locked(2_000),
].map((fault) => ({
  ...fault,
  applies: (call) => fault.applies(call) && (call.writes || atReads.has(fault.name)),
}));
