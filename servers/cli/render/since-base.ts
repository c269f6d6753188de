import { styleText } from 'node:util';
import type { Content } from '../change.ts';
import type { SinceBase } from '../since-base.ts';
import { visibleLine } from '../visible.ts';
import { renderEffects } from './effects.ts';

type Figures = Pick<SinceBase, 'base' | 'merge_base' | 'left_out' | 'cut'>;

/** All that a branch comes to with a change, for a person at a terminal. */
export function renderSinceBase({ effects, ...figures }: SinceBase): string {
  const none = effects.length === 0 && figures.merge_base !== null ? ['  Nothing that can be shown.'] : [];
  return [styleText('bold', titleOf(figures)), ...restOf(figures), ...renderEffects(effects), ...none].join('\n');
}

/** The same in a word, beside the change. */
export function sinceBaseLines(id: string, sum: Content['since_base']): { title: string; lines: string[] } | null {
  if (sum === null) return null;
  if (sum.only_this)
    return { title: titleOf(sum), lines: ['  Nothing else is on it: what is shown above is all of it.'] };
  const files = `${sum.files} ${sum.files === 1 ? 'file' : 'files'}, with this change and all before it`;
  const more = sum.files === 0 ? [] : [`  ${files}: countersign changes show ${id} --since-base`];
  return { title: titleOf(sum), lines: [...restOf(sum), ...more] };
}

function titleOf({ base }: Figures): string {
  return `The whole branch, since it left ${visibleLine(base)}`;
}

/** What cannot be shown of it. */
function restOf({ merge_base: from, left_out: left, cut }: Figures): string[] {
  if (from === null) return [styleText('yellow', '  ! The two have no common past, so there is no sum to show.')];
  if (left === 0 && !cut) return [];
  const count = `${left} more ${left === 1 ? 'file' : 'files'} too many or too large to show`;
  const more = left > 0 ? `${count}${cut ? ', and there may be others' : ''}` : 'more files than are listed';
  return [styleText('yellow', `  ! Not all of it is here: ${more}.`)];
}
