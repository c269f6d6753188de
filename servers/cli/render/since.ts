import { styleText } from 'node:util';
import type { Since } from '../since.ts';
import { visibleLine } from '../visible.ts';
import { renderEffects } from './effects.ts';

const whats: Readonly<Record<Since['parts'][number]['what'], string>> = {
  changed: 'otherwise than before',
  added: 'only in this version',
  dropped: 'not in this version any more: it stays as it is',
};

/** What changed since the version before, for a person at a terminal. */
export function renderSince({ version, before, missing, branch, parts, same, flags, reaches }: Since): string {
  return [
    styleText('bold', `What changed from version ${version - 1}, ${visibleLine(before)}, to version ${version}`),
    ...(missing === null ? [] : [`  Files cannot be compared: ${visibleLine(missing)}`]),
    ...(branch === null ? [] : [`  branch ${named(branch.before)} becomes ${named(branch.now)}`]),
    ...codeLines('flag', flags),
    ...codeLines('sets off', reaches),
    ...parts.flatMap(partLines),
    ...(parts.length === 0 && branch === null ? ['  Nothing: it would do the same as the version before.'] : []),
    ...(same.length === 0 ? [] : [`  As before: ${visibleLine(same.join(', '))}`]),
  ].join('\n');
}

function named(branch: string | null): string {
  return branch === null ? '(none)' : visibleLine(branch);
}

function codeLines(title: string, { added, gone }: Since['flags']): string[] {
  return [
    ...added.map(({ code, message }) => styleText('yellow', `  + ${title}: ${visibleLine(`${message} (${code})`)}`)),
    ...gone.map(({ code, message }) => `  - ${title}: ${visibleLine(`${message} (${code})`)}`),
  ];
}

function partLines({ what, name, effect }: Since['parts'][number]): string[] {
  const title = `  ${visibleLine(name)}: ${whats[what]}`;
  return effect === null ? [title] : [title, ...renderEffects([effect]).map((line) => `  ${line}`)];
}
