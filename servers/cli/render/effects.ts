import { styleText } from 'node:util';
import type { Content, FieldEffect, FileEffect, Hunk, Side } from '../change.ts';
import { visible, visibleLine } from '../visible.ts';

/** Of a file that is neither executable nor a link: not worth a word. */
const usualMode = '100644';

/** Everything that a change does, one line of the terminal each. Nothing is cut. */
export function renderEffects(effects: Content['effects']): string[] {
  return effects.flatMap((effect) => (effect.kind === 'file' ? fileLines(effect) : fieldLines(effect)));
}

function fieldLines({ target, field, before, after, diff }: FieldEffect): string[] {
  const head = styleText('bold', `  ${visibleLine(target)}: ${visibleLine(field)}`);
  if (diff) return [head, ...diff.hunks.flatMap(hunkLines)];
  return [
    head,
    ...signed('-', before).map((line) => styleText('red', `    ${line}`)),
    ...signed('+', after).map((line) => styleText('green', `    ${line}`)),
  ];
}

function signed(sign: string, value: string | null): string[] {
  return value === null
    ? []
    : visible(value)
        .split('\n')
        .map((line) => `${sign} ${line}`);
}

function fileLines(effect: FileEffect): string[] {
  const { path, commit, moved_from: from, moved_to: to, before, after, diff } = effect;
  const where = commit === undefined ? '' : ` in commit ${commit}`;
  const moved = from === null ? '' : `, moved from ${visibleLine(from)}`;
  const head = `  ${verbOf(effect)} ${visibleLine(path)}${where}${to === null ? moved : `, moved to ${visibleLine(to)}`}`;
  const counts = diff === null ? '' : ` (+${diff.added} -${diff.removed})`;
  return [
    styleText('bold', head + counts),
    ...sideChanges(before, after).map((line) => `    ${line}`),
    ...(diff?.matched === false
      ? ['    The two differ too much to be matched: all of one, then all of the other.']
      : []),
    ...(diff?.hunks ?? []).flatMap(hunkLines),
  ];
}

function verbOf({ before, after }: FileEffect): string {
  if (before === null) return 'add';
  return after === null ? 'delete' : 'edit';
}

/** What the diff does not show: modes, line ends, and binary files by size and digest. */
function sideChanges(before: Side | null, after: Side | null): string[] {
  const lines: string[] = [];
  for (const [sign, side] of [['-', before] as const, ['+', after] as const]) {
    if (side?.binary) lines.push(`${sign} binary, ${side.bytes} bytes, sha256 ${visibleLine(side.sha256)}`);
  }
  const [was, is] = [before?.mode ?? usualMode, after?.mode ?? before?.mode ?? usualMode];
  if (was !== is)
    lines.push(before === null ? `mode ${visibleLine(is)}` : `mode ${visibleLine(was)} → ${visibleLine(is)}`);
  if (before !== null && after !== null && before.line_ends !== after.line_ends) {
    lines.push(`line ends ${visibleLine(before.line_ends ?? 'none')} → ${visibleLine(after.line_ends ?? 'none')}`);
  }
  return lines;
}

function hunkLines({ old_start: before, new_start: after, lines }: Hunk): string[] {
  return [styleText('cyan', `    @@ -${before} +${after} @@`), ...lines.map((line) => `    ${diffLine(line)}`)];
}

function diffLine(line: string): string {
  const shown = visibleLine(line.replaceAll('\t', '    '));
  if (line.startsWith('+')) return styleText('green', shown);
  return line.startsWith('-') ? styleText('red', shown) : shown;
}
