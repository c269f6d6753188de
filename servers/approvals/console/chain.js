import { foreign, h } from './dom.js';
import { states } from './words.js';

/** What has to be applied first, and what comes after; empty for a change on its own. */
export function chainSection({ chain }) {
  const { earlier, later } = chain;
  if (earlier.length === 0 && later.length === 0) return '';
  return h(
    'section',
    { class: 'chain', 'aria-label': 'Changes that belong together' },
    earlier.length === 0
      ? null
      : [h('h2', {}, 'Comes after'), h('p', { class: 'hint' }, 'It waits until these are applied.'), members(earlier)],
    later.length === 0
      ? null
      : [
          h('h2', {}, 'Before'),
          h('p', { class: 'hint' }, 'These wait for it, and end if it is not applied.'),
          members(later),
        ],
  );
}

/** Changes in the order in which they are carried out, each with a link to all that it does. */
export function members(list) {
  return h(
    'ol',
    {},
    list.map(({ change_id: id, status, summary }) =>
      h('li', {}, h('a', { href: `/changes/${id}` }, foreign(summary)), ' ', states[status].label),
    ),
  );
}

/** The changes that have to be decided together with a change, before it. */
export function undecided({ chain }) {
  return chain.earlier.filter(({ status }) => status === 'pending_approval');
}

/** A text, with each reference to an earlier change marked as one: nobody wrote it, and what it becomes is not known yet. */
export function withReferences(text, references, show) {
  const [first, ...others] = references;
  if (!first) return show(text);
  return text
    .split(first.text)
    .flatMap((part, index) => [
      ...(index === 0 ? [] : [reference(first)]),
      ...[withReferences(part, others, show)].flat(),
    ]);
}

function reference({ field, change_id: id }) {
  return h(
    'a',
    { class: 'reference', href: `/changes/${id}`, title: `Filled in when ${id} is applied` },
    `${field.replaceAll('_', ' ')} of ${id}`,
  );
}
