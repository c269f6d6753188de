import { jsonBytes } from '#capabilities/common/fit.ts';
import type { JobStep } from './ports.ts';

/** What a step that failed says of how it ended. */
const bad: ReadonlySet<string> = new Set(['failure', 'timed_out', 'cancelled', 'startup_failure']);

/** The first step that did not end well, or null. */
export function failedStep(steps: readonly JobStep[]): JobStep | null {
  return (
    steps.find(({ conclusion }) => conclusion === 'failure') ??
    steps.find((step) => bad.has(step.conclusion ?? '')) ??
    null
  );
}

/** A job's log begins each line with the time, to the tenth of a microsecond. */
const stamp = /^\uFEFF?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z ?/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin the sequences that colour a terminal
const colours = /\u001b\[[0-9;?]*[A-Za-z]/g;

/**
 * The lines of a log that a step wrote, without times and colours. The backend does not say which lines are whose, but
 * when each step began and ended, to the second: so a line of the step before or after may be among them.
 */
export function linesOfStep(log: string, step: JobStep | null): readonly string[] {
  const from = step?.startedAt?.slice(0, 19) ?? '';
  const to = step?.completedAt?.slice(0, 19) ?? '9';
  const lines: string[] = [];
  let inside = from === '';
  for (const line of log.replace(/\r?\n$/, '').split(/\r?\n/)) {
    const time = stamp.exec(line);
    // What has no time goes on the line before it.
    if (time?.[1] !== undefined) inside = time[1] >= from && time[1] <= to;
    if (inside) lines.push(line.slice(time?.[0].length ?? 0).replaceAll(colours, ''));
  }
  return upToError(lines, step);
}

/** A failed step ends with its error; what comes after it in that second is another's. */
function upToError(lines: readonly string[], step: JobStep | null): readonly string[] {
  if (step === null) return lines;
  const last = lines.findLastIndex((line) => line.startsWith('##[error]'));
  return last === -1 ? lines : lines.slice(0, last + 1);
}

/** The last of the lines whose JSON fits, each cut to so many code points; and how many were left out before them. */
export function tail(
  lines: readonly string[],
  { most, bytes, width }: { readonly most: number; readonly bytes: number; readonly width: number },
): { readonly text: string; readonly before: number } {
  const kept: string[] = [];
  let room = bytes;
  for (const line of lines.slice(-most).toReversed()) {
    const characters = Array.from(line);
    const short = characters.length > width ? `${characters.slice(0, width).join('')}…` : line;
    room -= jsonBytes(short);
    if (room < 0) break;
    kept.unshift(short);
  }
  return { text: kept.join('\n'), before: lines.length - kept.length };
}
