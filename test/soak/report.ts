import { mutations } from './calls.ts';
import type { Outcome } from './cases.ts';

/** What a run found. */
export type Report = {
  readonly seed: number;
  readonly minutes: number;
  readonly planned: number;
  readonly outcomes: readonly Outcome[];
  /** Why something could not be tried here. */
  readonly skipped: readonly string[];
};

type Rows = readonly (readonly string[])[];

/** The tables fault × outcome and fault × step × outcome, in Markdown, and each violation with what led there. */
export function asText({ seed, minutes, planned, outcomes, skipped }: Report): string {
  const violations = outcomes.filter(({ violation }) => violation !== undefined);
  const doubts = outcomes.filter((one) => one.doubts > 0).length;
  const head =
    `Seed ${seed}: ${outcomes.length} of ${planned} cases in ${minutes.toFixed(1)} minutes, ` +
    `${doubts} of them with a doubt on the way, ${violations.length} violations.`;
  return [
    head,
    ...skipped.map((why) => `Skipped: ${why}`),
    byKind(outcomes),
    byStep(outcomes),
    ...violations.map(({ name, violation }) => `VIOLATION ${name} (--seed ${seed} --only "${name}")\n${violation}`),
  ].join('\n\n');
}

const countsOf = (outcomes: readonly Outcome[]): string =>
  [...Map.groupBy(outcomes, ({ outcome }) => outcome)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([outcome, ones]) => `${ones.length} ${outcome}`)
    .join(', ');

function byKind(outcomes: readonly Outcome[]): string {
  const rows = [...Map.groupBy(outcomes, ({ kind }) => kind)].toSorted(([a], [b]) => a.localeCompare(b));
  return table(
    ['kind of write', 'cases', 'outcomes'],
    rows.map(([kind, ones]) => [kind, String(ones.length), countsOf(ones)]),
  );
}

const columns = ['planning', 'a read', 'token', ...mutations, 'revoke token', 'a write', 'write to a file', 'any'];

/** One row a fault, one column a step: how many cases came to which outcome. */
function byStep(outcomes: readonly Outcome[]): string {
  const rows = [...Map.groupBy(outcomes, ({ fault }) => familyOf(fault))].toSorted(([a], [b]) => a.localeCompare(b));
  return table(
    ['fault', ...columns, 'in doubt on the way'],
    rows.map(([fault, ones]) => {
      const cells = columns.map((column) => countsOf(ones.filter(({ step }) => stepOf(step) === column)));
      return [fault, ...cells, String(ones.filter(({ doubts }) => doubts > 0).length)];
    }),
  );
}

/** All commits are one row. */
const familyOf = (fault: string): string => fault.replace(/ at commit \d+$/, ' at a commit');

/** The n-th read or token of a write is counted with the others. */
export const stepOf = (step: string): string =>
  step
    .replace(/ \d+$/, '')
    .replace(/^read .*/, 'a read')
    .replace(/^write (?!to a file).*/, 'a write')
    .replace(/^planning.*/, 'planning');

function table(head: readonly string[], rows: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
