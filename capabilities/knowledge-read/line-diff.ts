import { structuredPatch } from 'diff';

/** More lines than that are not looked for as added or removed: it takes as long as their square. */
const mostDifferences = 1_000;
/** Lines around what changed. */
const context = 3;

/** What one text becomes another by, in unified form without names of files; null where they have too little in common. */
export function lineDiff(
  before: string,
  after: string,
): { readonly text: string; readonly added: number; readonly removed: number } | null {
  const patch = structuredPatch('', '', before, after, '', '', { context, maxEditLength: mostDifferences });
  if (patch === undefined) return null;
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: changed }) => {
    return [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, ...changed];
  });
  const count = (sign: string): number => {
    return patch.hunks.flatMap((hunk) => hunk.lines).filter((line) => line.startsWith(sign)).length;
  };
  return { text: lines.join('\n'), added: count('+'), removed: count('-') };
}
