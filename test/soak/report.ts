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

function byStep(outcomes: readonly Outcome[]): string {
  const groups = Map.groupBy(outcomes, ({ fault, step }) => `${familyOf(fault)}\n${stepOf(step)}`);
  const rows = [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, ones]) => {
      const [fault = '', step = ''] = key.split('\n');
      const doubts = ones.filter((one) => one.doubts > 0).length;
      return [fault, step, String(ones.length), countsOf(ones), String(doubts)];
    });
  return table(['fault', 'step', 'cases', 'outcomes', 'in doubt on the way'], rows);
}

/** All commits are one row. */
export const familyOf = (fault: string): string => fault.replace(/ at commit \d+$/, ' at a commit');

/** The n-th read or token of a write is counted with the others. */
export const stepOf = (step: string): string => step.replace(/ \d+$/, '').replace(/^read .*/, 'a read');

function table(head: readonly string[], rows: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
