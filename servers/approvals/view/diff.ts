import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { reveal } from './reveal.ts';

/** Up to so many lines a file is given whole; of a longer one, the unchanged lines far from a change are counted. */
const wholeLines = 2_000;
const context = 3;

/** Lines as a unified diff has them: each begins with ` `, `-`, `+`, or `\` for a note about the line before it. */
type Hunk = {
  readonly old_start: number;
  readonly new_start: number;
  readonly lines: readonly string[];
};

export type FileDiff = {
  /** Lines `from` on; all of them, unless it is a part. */
  readonly hunks: readonly Hunk[];
  readonly from: number;
  /** Lines of all hunks. */
  readonly lines: number;
  /** Lines in all, before and after. */
  readonly before_lines: number;
  readonly after_lines: number;
  readonly added: number;
  readonly removed: number;
  /** False when the texts differ too much to be matched in time: then all of one is shown, and all of the other. */
  readonly matched: boolean;
};

/** Time that is left for matching lines, in milliseconds; shared by the files of one change. */
export type DiffBudget = { left: number };

/** The whole difference between two texts, safe to look at. `''` where there is no file. */
export function diffOf(before: string, after: string, budget: DiffBudget): FileDiff {
  const [beforeLines, afterLines] = [countLines(before), countLines(after)];
  const shown = Math.max(beforeLines, afterLines) <= wholeLines ? Number.MAX_SAFE_INTEGER : context;
  const began = performance.now();
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: shown,
    timeout: Math.max(1, Math.min(400, budget.left)),
  });
  budget.left -= performance.now() - began;
  const hunks = (patch?.hunks ?? replacement(before, after)).map(
    ({ oldStart, newStart, lines }): Hunk => ({ old_start: oldStart, new_start: newStart, lines: lines.map(reveal) }),
  );
  const count = (sign: string) => hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  return {
    hunks,
    from: 0,
    lines: linesOf(hunks),
    before_lines: beforeLines,
    after_lines: afterLines,
    added: count('+'),
    removed: count('-'),
    matched: patch !== undefined,
  };
}

/** The lines of a difference from one on, at most so many. A hunk that is cut says where its own lines stand. */
export function partOf(diff: FileDiff, from: number, limit: number): FileDiff {
  if (from === 0 && diff.lines <= limit) return diff;
  const hunks: Hunk[] = [];
  let [skip, left] = [from, limit];
  for (const hunk of diff.hunks) {
    const lines = hunk.lines.slice(skip, skip + left);
    const before = hunk.lines.slice(0, skip);
    skip = Math.max(0, skip - hunk.lines.length);
    left -= lines.length;
    if (lines.length === 0) continue;
    const passed = (sign: string) => before.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
    hunks.push({ old_start: hunk.old_start + passed('-'), new_start: hunk.new_start + passed('+'), lines });
  }
  return { ...diff, hunks, from };
}

/** How many lines there are in a difference or part of one. */
export function shownLines({ hunks }: FileDiff): number {
  return linesOf(hunks);
}

function linesOf(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

function replacement(before: string, after: string): Pick<StructuredPatchHunk, 'oldStart' | 'newStart' | 'lines'>[] {
  return [{ oldStart: 1, newStart: 1, lines: [...signed('-', before), ...signed('+', after)] }];
}

function signed(sign: string, text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const ends = lines.at(-1) === '';
  const all = (ends ? lines.slice(0, -1) : lines).map((line) => sign + line);
  return ends ? all : [...all, '\\ No newline at end of file'];
}

function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
