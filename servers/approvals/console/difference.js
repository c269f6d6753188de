import { foreign, h, shown } from './dom.js';
import { effectBox } from './effects.js';
import { choices, standings } from './words.js';

/** What a restore found: before, as we left it, and now, part by part. */
export function differenceSection({ parts, outcomes }) {
  if (parts.length === 0) return '';
  const cell = (value) =>
    h('td', {}, value === null ? h('i', {}, 'not there') : h('span', { class: 'code' }, shown(value)));
  const rows = parts.map((part) =>
    h(
      'tr',
      { class: part.standing },
      h('th', { scope: 'row', class: 'code' }, foreign(part.name)),
      cell(part.before),
      cell(part.left),
      cell(part.now),
      h('td', {}, h('b', {}, standings[part.standing]), by(part), part.why ? h('p', {}, shown(part.why)) : null),
    ),
  );
  return h(
    'section',
    { class: 'difference', 'aria-labelledby': 'difference-title' },
    h('h2', { id: 'difference-title' }, 'Before, as it was left, and now'),
    h(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-labelledby': 'difference-title' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Part', 'Before', 'As it was left', 'Now', 'Standing'].map((one) => h('th', { scope: 'col' }, one)),
          ),
        ),
        h('tbody', {}, rows),
      ),
    ),
    parts.filter(({ since }) => since !== null).map((part) => since(part)),
    h('h3', {}, 'What a restore would do'),
    h('ul', { class: 'outcomes' }, outcomes.map(outcome)),
  );
}

function by({ later }) {
  return later.map(({ id, author }) => [
    ' by ',
    foreign(author ?? 'somebody unknown'),
    ' in ',
    h('span', { class: 'code' }, shown(id)),
  ]);
}

function since({ name, since: effect }) {
  return h(
    'details',
    {},
    h('summary', {}, 'What others did since to ', h('span', { class: 'code' }, foreign(name))),
    effectBox(effect),
  );
}

function outcome({ choice, summary, refused }) {
  return h(
    'li',
    {},
    h('b', {}, choices[choice]),
    ': ',
    refused === null ? shown(summary) : ['not possible. ', shown(refused)],
  );
}

/** Whether somebody else worked on any of it, so that a choice is needed. */
export function needsChoice({ parts }) {
  return parts.some(({ standing }) => standing === 'changed');
}
