import { diffArrays } from 'diff';
import { shownText } from './shown-text.ts';

/** More differences than that are not looked for in detail. */
const mostDifferences = 1_000;

/**
 * A new text with the lines of the one before where nothing that shows differs: models are shown texts without characters
 * that do not show, and would drop what joins an emoji or marks a direction from lines that they leave alone.
 */
export function withHidden(before: string, text: string): string {
  if (shownText(before).leftOut === 0) return text;
  const [was, is] = [before.split('\n'), text.split('\n')];
  const shown = (lines: readonly string[]): string[] => lines.map((line) => shownText(line).text);
  const parts = diffArrays(shown(was), shown(is), { maxEditLength: mostDifferences });
  if (parts === undefined) return text;
  let [from, at] = [0, 0];
  const lines = parts.flatMap(({ value, added, removed }) => {
    const [old, given] = [was.slice(from, from + value.length), is.slice(at, at + value.length)];
    if (!added) from += value.length;
    if (!removed) at += value.length;
    if (removed) return [];
    return added ? given : old;
  });
  return lines.join('\n');
}

/** A text whose lines end with a line feed alone. */
export function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
}
