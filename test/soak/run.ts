import { decisionKeysIn, keysIn, vaultFor } from '#servers/cli/verification.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { type Bench, startBench } from './bench.ts';
import { type Case, type Outcome, play, titleOf } from './cases.ts';
import { casesOf, has, type Place, placeOf } from './plan.ts';
import type { Report } from './report.ts';

export type RunOptions = {
  readonly seed: number;
  /** From the first case on; none is begun after this. */
  readonly minutes: number;
  /** Only cases of these titles, and of these kinds, each of which is written once without a fault before. */
  readonly only?: ((title: string) => boolean) | undefined;
  readonly kinds?: readonly string[] | undefined;
  /** Only where these are written to; vendors of pages are asked before, what there is to do to them. */
  readonly places?: readonly Place[] | undefined;
  /** Cases that come before all others. */
  readonly first?: ((title: string) => boolean) | undefined;
  /** At most so many cases. */
  readonly most?: number | undefined;
  /** Only every n-th of them, from this one on, counted from 1. */
  readonly part?: { readonly index: number; readonly of: number } | undefined;
  /** Leaves out cases that do nothing but wait for long. */
  readonly quick?: boolean | undefined;
  /** Makes a new PostgreSQL ledger for a suite, and answers its URL; on SQLite unless given. */
  readonly newLedger?: (() => Promise<string>) | undefined;
  readonly tell: (outcome: Outcome) => void;
};

/** How many cases one suite takes, as its agent may propose no more than 1,000 changes an hour. */
const perBench = 150;

/** Tries every fault at every step of every kind of write, in an order that the seed decides. */
export async function runSoak(options: RunOptions): Promise<Report> {
  const { seed, minutes, tell } = options;
  const benches = benchesFor(options);
  const outcomes: Outcome[] = [];
  try {
    const { cases, skipped } = await casesOf(benches.at, options);
    const begun = performance.now();
    const spent = (): number => (performance.now() - begun) / 60_000;
    for (const one of cases) {
      if (spent() >= minutes) break;
      const place = placeOf(one.kind);
      const outcome = await play(await benches.at(place), one, seed).catch((error: unknown) => broken(one, error));
      outcomes.push(outcome);
      tell(outcome);
      // What a violation left behind must not be taken for the next one's.
      outcomes.push(...(await benches.played(place, outcome.violation !== undefined)));
    }
    outcomes.push(...(await benches.stop()));
    return { seed, minutes: spent(), planned: cases.length, outcomes, skipped };
  } finally {
    await benches.stop();
  }
}

/** The suites of a run, each started when it is needed. Whoever ends one gets what is wrong with its ledger. */
function benchesFor(options: RunOptions) {
  const open = new Map<Place, Bench>();
  const counts = new Map<Place, number>();
  const start = async (place: Place): Promise<Bench> => {
    const ledger = await options.newLedger?.();
    if (place !== 'own') return startBench({ ledger, pages: true, vendor: place });
    return startBench({ ledger, tickets: has(options, 'tickets'), pages: has(options, 'pages') });
  };
  const end = async (place: Place): Promise<Outcome[]> => {
    const bench = open.get(place);
    if (bench === undefined) return [];
    open.delete(place);
    counts.delete(place);
    try {
      return await ledgerOf(bench);
    } finally {
      await bench.stop();
    }
  };
  return {
    at: async (place: Place): Promise<Bench> => {
      const bench = open.get(place) ?? (await start(place));
      open.set(place, bench);
      return bench;
    },
    /** Tells that a case was played: after so many, or a bad one, a new suite takes the next. */
    played: async (place: Place, isBad: boolean): Promise<Outcome[]> => {
      counts.set(place, (counts.get(place) ?? 0) + 1);
      return isBad || counts.get(place) === perBench ? end(place) : [];
    },
    stop: async (): Promise<Outcome[]> => {
      const found: Outcome[] = [];
      for (const place of [...open.keys()]) found.push(...(await end(place)));
      return found;
    },
  };
}

/** What `countersign audit verify` finds wrong with the ledger after all that; mostly nothing. */
async function ledgerOf({ ledger, suite }: Bench): Promise<Outcome[]> {
  const about = { name: 'the ledger afterwards', kind: 'all', step: 'any', fault: 'all', doubts: 0, ms: 0 };
  const keys = keysIn(decisionKeysIn(suite.data));
  const vault = vaultFor({ contents: true, data: suite.data });
  const { found, findings } = await readLedger(ledger, (db) => auditLedger(db, { keys, vault }));
  const violation = findings.map(({ code, where, message }) => `${where}: ${message} (${code})`).join('\n');
  return found === 0 ? [] : [{ ...about, outcome: 'violation', violation }];
}

function broken(one: Case, error: unknown): Outcome {
  const violation = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { kind, step, fault } = one;
  return { name: titleOf(one), kind: kind.name, step, fault, outcome: 'violation', doubts: 0, ms: 0, violation };
}
