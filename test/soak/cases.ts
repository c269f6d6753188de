import { type Answered, patienceMs } from '#test/e2e/people.ts';
import type { Bench, Name } from './bench.ts';
import { type Call, nameOf, numbered } from './calls.ts';
import type { Fault } from './faults.ts';
import type { FileMoment } from './file-moments.ts';
import { violationOf } from './invariants.ts';
import type { Moment } from './moments.ts';
import { pause } from './pause.ts';
import { approveWaiting, type Effects, type Kind, type On, type Prepared } from './prepare.ts';
import { randomOf } from './random.ts';

import { untruthOf as untruthOfTickets } from './tracker.ts';
import { planned, settled, settledOrInDoubt } from './waits.ts';
import { untruthOf as untruthOfPages } from './wiki.ts';

/** One fault at one place of one kind of write. */
export type Case = {
  readonly kind: Pick<Kind, 'name' | 'once' | 'on'>;
  readonly step: string;
  readonly fault: string;
  readonly play: (bench: Bench, seed: number) => Promise<Played>;
};

/** `reached`: whether the fault was played at all before the change ended. */
type Played = {
  readonly id: string;
  readonly reached: boolean;
  readonly expected: 'applied' | 'refused';
  readonly effects: Prepared['effects'];
};

/** How a case ended. */
export type Outcome = {
  readonly name: string;
  readonly kind: string;
  readonly step: string;
  readonly fault: string;
  /** The status of the change, or `not reached`, or `violation`. */
  readonly outcome: string;
  /** How often the change was in doubt on its way. */
  readonly doubts: number;
  readonly ms: number;
  /** What is wrong, and what led there. */
  readonly violation?: string;
};

export function caseOf(call: Call, fault: Fault): Case {
  const play: Case['play'] = async (bench) => {
    const { begin, effects, number } = await call.kind.prepare(bench);
    const since = bench.mark();
    const match = call.match.replace(numbered, String(number));
    bench.arm([{ match, skip: call.nth, ...fault.forge() }]);
    const id = await begin();
    const reached = await bench.played(id, since);
    if (reached) await fault.meanwhile(bench, id);
    bench.arm([]);
    // What was only planned goes on without a fault; what may stay in doubt was not.
    if (!('once' in call.kind)) {
      await planned(bench, id, patienceMs);
      await approveWaiting(bench, id);
    }
    return { id, reached, effects, expected: fault.expected(call) };
  };
  return { kind: call.kind, step: nameOf(call), fault: fault.name, play };
}

export function momentCase(kind: Kind, moment: Moment): Case {
  const play: Case['play'] = async (bench, seed) => {
    const { id, effects } = await kind.prepare(bench);
    const reached = await moment.play(bench, id, randomOf(seed, `${kind.name} ${moment.name}`));
    return { id, reached, effects, expected: 'applied' };
  };
  return { kind, step: 'any', fault: moment.name, play };
}

export function fileCase(kind: Kind, moment: FileMoment): Case {
  const play: Case['play'] = async (bench, seed) => {
    const change = await kind.prepare(bench);
    const reached = await moment.play(bench, change, randomOf(seed, `${kind.name} ${moment.name}`));
    const { id, effects } = change;
    return { id, reached, effects, expected: 'applied' };
  };
  return { kind, step: moment.step, fault: moment.name, play };
}

export const titleOf = ({ kind, step, fault }: Case): string => `${kind.name} / ${step} / ${fault}`;

/** Plays a case and judges what is there after it. Throws when the bench itself does not work any more. */
export async function play(bench: Bench, one: Case, seed: number): Promise<Outcome> {
  const begun = performance.now();
  const about = { name: titleOf(one), kind: one.kind.name, step: one.step, fault: one.fault };
  const since = bench.mark();
  const { id, reached, expected, effects } = await one.play(bench, seed);
  const change = await (one.kind.once ? settledOrInDoubt(bench, id) : settled(bench, id, patienceMs));
  // A request that was held up or repeated may still come through.
  if (one.fault.startsWith('delay') || one.fault.startsWith('duplicate')) await pause(100);
  const violation =
    (isInDoubt(one, change, await effects()) ? null : violationOf(change, await effects(), expected)) ??
    (await untruthOf[one.kind.on ?? 'github'](bench));
  const doubts = change.history.filter((event: Answered) => event.type === 'change.unknown').length;
  const ms = Math.round(performance.now() - begun);
  if (violation !== null) {
    const said = `${violation}\n${traceOf(bench, change, since, serverOf[one.kind.on ?? 'github'])}`;
    return { ...about, outcome: 'violation', doubts, ms, violation: said };
  }
  return { ...about, outcome: reached ? change.status : 'not reached', doubts, ms };
}

/** Which server writes, and what is wrong with all that it keeps, where that can be compared with the ledger. */
const serverOf: Readonly<Record<'github' | On, Name>> = {
  ...{ github: 'github', tickets: 'tickets' },
  ...{ pages: 'knowledge', confluence: 'knowledge', notion: 'knowledge' },
};
const untruthOf = {
  ...{ github: async () => null, tickets: untruthOfTickets, pages: untruthOfPages },
  ...{ confluence: wrongAtVendor, notion: wrongAtVendor },
};

/** What was asked of a vendor otherwise than it takes it. */
async function wrongAtVendor(bench: Bench): Promise<string | null> {
  return bench.vendor().violations().join('; ') || null;
}

/** Nobody tries again what might be done twice: it waits for a person, and the truth is that nothing is there. */
function isInDoubt({ kind }: Case, { status, note }: Answered, effects: Effects): boolean {
  const none = Object.values(effects).every((count) => count === 0);
  return kind.once === true && status === 'unknown' && note !== null && none;
}

function traceOf(bench: Bench, change: Answered, since: number, server: Name): string {
  const history = change.history.map((event: Answered) => `  ${event.at} ${event.type} ${event.note ?? ''}`);
  const requests = bench
    .logged(since)
    .map((one) => `  ${one.fields?.join() ?? `${one.method} ${one.path}`} ${one.status} ${one.fault ?? ''}`);
  const said = bench.suite.server(server).output().split('\n').slice(-12);
  return [`${change.change_id}:`, ...history, 'requests:', ...requests, `${server} said:`, ...said].join('\n');
}
