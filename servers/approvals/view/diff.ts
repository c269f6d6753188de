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
  readonly hunks: readonly Hunk[];
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
    before_lines: beforeLines,
    after_lines: afterLines,
    added: count('+'),
    removed: count('-'),
    matched: patch !== undefined,
  };
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
