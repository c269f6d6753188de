import { styleText } from 'node:util';
import type { Difference } from '../change.ts';
import { visible, visibleLine } from '../visible.ts';
import { renderEffects } from './effects.ts';

const standings: Readonly<Record<string, string>> = {
  as_left: 'as it was left',
  changed: 'changed since',
  back: 'back already',
  cannot: 'cannot come back',
};

/** Before, as a change left it and now, part by part, and what each choice of a restore would do. */
export function renderDifference({ parts, outcomes }: Difference): string {
  return [
    ...parts.flatMap(partLines),
    '',
    styleText('bold', 'What a restore would do'),
    ...outcomes.flatMap(({ choice, summary, refused }) =>
      refused === null
        ? [`  --choice ${choice.padEnd(9)}  ${visibleLine(summary ?? '')}`]
        : [
            `  --choice ${choice.padEnd(9)}  not possible:`,
            ...visible(refused)
              .split('\n')
              .map((line) => `    ${line}`),
          ],
    ),
  ].join('\n');
}

function partLines({ name, before, left, now, standing, later, why, since }: Difference['parts'][number]): string[] {
  const by = later.map(({ id, author }) => `, by ${author ?? 'somebody unknown'} in ${id}`).join('');
  const side = (label: string, value: string | null): string =>
    `    ${styleText('dim', label.padEnd(6))} ${value === null ? '(not there)' : visibleLine(value)}`;
  return [
    styleText('bold', `  ${visibleLine(name)}: ${standings[standing] ?? visibleLine(standing)}${visibleLine(by)}`),
    ...(why === null ? [] : [`    ${visibleLine(why)}`]),
    side('before', before),
    side('left', left),
    side('now', now),
    ...(since === null ? [] : ['    what others did since:', ...renderEffects([since]).map((line) => `    ${line}`)]),
  ];
}
