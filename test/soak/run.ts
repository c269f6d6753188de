import { decisionKeysIn, keysIn, vaultFor } from '#servers/cli/verification.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import { isPostgresUrl } from '#shared/ledger/location.ts';
import { readLedger } from '#shared/ledger/read-only.ts';
import { type Bench, startBench } from './bench.ts';
import { type Call, discover } from './calls.ts';
import { type Case, caseOf, fileCase, momentCase, type Outcome, play, titleOf } from './cases.ts';
import { canMakeReadOnly, diskFull, isSmallDisk, readOnly } from './disk.ts';
import { faults } from './faults.ts';
import { type Keeper, tracker, wiki } from './file-faults.ts';
import { diskFullOf, type FileMoment, fileMoments, readOnlyOf } from './file-moments.ts';
import { kinds, plannings } from './kinds.ts';
import { moments } from './moments.ts';
import type { Kind } from './prepare.ts';
import { randomOf, shuffled } from './random.ts';
import { type Report, stepOf } from './report.ts';

export type RunOptions = {
  readonly seed: number;
  /** From the first case on; none is begun after this. */
  readonly minutes: number;
  /** Only cases of these titles, and of this kind. */
  readonly only?: ((title: string) => boolean) | undefined;
  readonly kind?: string | undefined;
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
  const { seed, minutes, tell, newLedger } = options;
  const start = async (): Promise<Bench> =>
    startBench({ ledger: await newLedger?.(), tickets: has(options, 'tickets'), pages: has(options, 'pages') });
  let bench = await start();
  const outcomes: Outcome[] = [];
  try {
    const { cases, skipped } = await casesOf(bench, options);
    const begun = performance.now();
    const spent = (): number => (performance.now() - begun) / 60_000;
    for (const one of cases) {
      if (spent() >= minutes) break;
      const outcome = await play(bench, one, seed).catch((error: unknown) => broken(one, error));
      outcomes.push(outcome);
      tell(outcome);
      if (outcome.violation === undefined && outcomes.length % perBench !== 0) continue;
      outcomes.push(...(await ledgerOf(bench)));
      // What a violation left behind must not be taken for the next one's.
      await bench.stop();
      bench = await start();
    }
    outcomes.push(...(await ledgerOf(bench)));
    return { seed, minutes: spent(), planned: cases.length, outcomes, skipped };
  } finally {
    await bench.stop();
  }
}

/** Whether something of a server is written in any case. */
function has({ kind }: RunOptions, on: 'tickets' | 'pages'): boolean {
  return kinds.some((one) => (one.on === on || one.also === on) && isOf(kind, one));
}

/** Whether a kind is the one that is wanted, or one of those that are: `tickets` are all that write to tickets. */
const isOf = (wanted: string | undefined, { name, on }: Pick<Kind, 'name' | 'on'>): boolean =>
  wanted === undefined || wanted === name || wanted === on;

/** What can be played here. */
function playable({ suite, ledger }: Bench) {
  if (isPostgresUrl(ledger)) {
    const skipped = ['on PostgreSQL: what is done to the file of the ledger, or at its commits'];
    const atMoments = moments.filter(({ name }) => !name.includes('at commit'));
    const atFile = (of: Keeper): readonly FileMoment[] => fileMoments(of).filter(({ watches }) => !watches);
    return { skipped, atRequests: faults, atMoments, atFile };
  }
  const [isSmall, isImmutable] = [isSmallDisk(suite.data), canMakeReadOnly(suite.data)];
  const skipped = [
    ...(isSmall ? [] : ['disk full: the data is not on a small file system (run as root on Linux)']),
    ...(isImmutable ? [] : ['ledger read-only: files cannot be made immutable here (run as root on Linux)']),
  ];
  return {
    skipped,
    atRequests: [...faults, ...(isSmall ? [diskFull] : [])],
    atMoments: [...moments, ...(isImmutable ? [readOnly] : [])],
    atFile: (of: Keeper): readonly FileMoment[] => [
      ...fileMoments(of),
      ...(isSmall ? [diskFullOf(of)] : []),
      ...(isImmutable ? [readOnlyOf(of)] : []),
    ],
  };
}

async function casesOf(bench: Bench, options: RunOptions) {
  const { seed, only = () => true, kind, most, part = { index: 1, of: 1 }, quick = false } = options;
  const { skipped, atRequests, atMoments, atFile } = playable(bench);
  const calls: Call[] = [];
  const wantedKinds = kinds.filter((one) => isOf(kind, one));
  const ofGithub = wantedKinds.filter(({ on }) => on === undefined);
  const planned = plannings.filter((one) => isOf(kind, one));
  for (const one of [...planned, ...ofGithub]) calls.push(...(await discover(bench, one)));
  const all = [
    ...calls.flatMap((call) =>
      atRequests.filter((fault) => fault.applies(call) && !isTwice(call, fault)).map((fault) => caseOf(call, fault)),
    ),
    ...ofGithub.flatMap((one) => atMoments.map((moment) => momentCase(one, moment))),
    ...[{ on: 'tickets', of: tracker } as const, { on: 'pages', of: wiki } as const].flatMap(({ on, of }) =>
      wantedKinds
        .filter((one) => one.on === on)
        .flatMap((one) =>
          atFile(of)
            .filter((moment) => isFor(one, moment))
            .map((moment) => fileCase(one, moment)),
        ),
    ),
  ];
  const wanted = all.filter((one) => only(titleOf(one)) && !(quick && isLong(one)));
  const ordered = spread(shuffled(wanted, randomOf(seed))).slice(0, most);
  return { cases: ordered.filter((_, at) => at % part.of === part.index - 1), skipped };
}

/** Whether a fault is tried with a kind. One change alone has no more commits. */
function isFor({ like, several }: Kind, { name }: FileMoment): boolean {
  const commit = Number(/ at commit (\d+)$/.exec(name)?.[1] ?? 0);
  if (like === undefined) return several || commit <= 6;
  return name === 'nothing' || /^(?:kill|freeze) \w+ (?:before|after)$/.test(name);
}

/** One case of each row of the table first, then a second of each, so that a short run has tried a little of all. */
function spread(cases: readonly Case[]): Case[] {
  const rows = [...Map.groupBy(cases, ({ fault, step }) => `${fault} / ${stepOf(step)}`).values()];
  const longest = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, index) => rows.flatMap((row) => row[index] ?? [])).flat();
}

/** What the network repeats, or holds back for longer than is waited here: nothing keeps a backend from doing it. */
const isTwice = ({ kind, writes }: Call, { name }: { readonly name: string }): boolean =>
  'once' in kind && kind.once === true && writes && /^(?:duplicate|late)/.test(name);

const isLong = ({ fault }: Case): boolean => /locked|late|second executor|disk full/.test(fault);

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
