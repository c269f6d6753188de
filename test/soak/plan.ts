import { isPostgresUrl } from '#shared/ledger/location.ts';
import type { Bench } from './bench.ts';
import { type Call, discover } from './calls.ts';
import { type Case, caseOf, fileCase, momentCase, titleOf } from './cases.ts';
import { canMakeReadOnly, diskFull, isSmallDisk, readOnly } from './disk.ts';
import { faults, vendorFaults } from './faults.ts';
import { type Keeper, tracker, wiki } from './file-faults.ts';
import { diskFullOf, type FileMoment, fileMoments, readOnlyOf } from './file-moments.ts';
import { kinds, plannings } from './kinds.ts';
import { moments } from './moments.ts';
import type { Kind } from './prepare.ts';
import { randomOf, shuffled } from './random.ts';
import { stepOf } from './report.ts';
import type { RunOptions } from './run.ts';
import type { VendorName } from './vendors/vendor.ts';

/** Whether a kind is among those that are wanted: `tickets` are all that write to tickets, and `pages` to pages. */
const isOf = (wanted: readonly string[] | undefined, { name, on }: Pick<Kind, 'name' | 'on'>): boolean =>
  wanted === undefined || wanted.some((one) => one === name || one === on || (one === 'pages' && isVendor(on)));

const isVendor = (on: Kind['on']): on is VendorName => on === 'confluence' || on === 'notion';

/** Which suite a kind is written in: that with what the suite keeps itself, or one whose pages are at a vendor. */
export type Place = 'own' | VendorName;
const everywhere: readonly Place[] = ['own', 'confluence', 'notion'];
export const placeOf = ({ on }: Pick<Kind, 'on'>): Place => (isVendor(on) ? on : 'own');

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

/** The cases of a run, in their order. @param at the suite that a kind is written in */
export async function casesOf(at: (place: Place) => Promise<Bench>, options: RunOptions) {
  const { seed, only = () => true, first = () => false, places = everywhere, most, quick = false } = options;
  const { part = { index: 1, of: 1 } } = options;
  const wantedKinds = kinds.filter((one) => isOf(options.kinds, one) && places.includes(placeOf(one)));
  const requested = [...plannings.filter((one) => isOf(options.kinds, one)), ...wantedKinds.filter(isRequested)];
  const { skipped, atRequests, atMoments, atFile } = playable(await at(placeOf(wantedKinds[0] ?? {})));
  const calls: Call[] = [];
  for (const one of requested) calls.push(...(await discover(await at(placeOf(one)), one)));
  const all = [
    ...calls.flatMap((call) =>
      (isVendor(call.kind.on) ? vendorFaults : atRequests)
        .filter((fault) => fault.applies(call) && !isTwice(call, fault))
        .map((fault) => caseOf(call, fault)),
    ),
    ...wantedKinds
      .filter(({ on }) => on === undefined)
      .flatMap((one) => atMoments.map((moment) => momentCase(one, moment))),
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
  const spreadOut = spread(shuffled(wanted, randomOf(seed)));
  const isFirst = (one: Case): boolean => first(titleOf(one));
  const ordered = [...spreadOut.filter(isFirst), ...spreadOut.filter((one) => !isFirst(one))].slice(0, most);
  return { cases: ordered.filter((_, index) => index % part.of === part.index - 1), skipped };
}

/** Whether it is written by requests that something can be done to. */
const isRequested = ({ on }: Kind): boolean => on === undefined || isVendor(on);

/** Whether something of a server of the suite's own is written in any case. */
export function has({ kinds: wanted }: RunOptions, on: 'tickets' | 'pages'): boolean {
  return kinds.some((one) => (one.on === on || one.also === on) && isOf(wanted, one));
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
