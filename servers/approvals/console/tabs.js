import { h } from './dom.js';
import { help } from './keys.js';

const titles = { grants: 'Task grants', back: 'Bring a namespace back' };

/** The heading of the lists, and the way between them, for a person; `open` is the one that is shown. */
export function tabs(open, person) {
  const tab = (label, href, current) => h('a', { href, 'aria-current': current ? 'page' : undefined }, label);
  return h(
    'div',
    { class: 'top' },
    h('h1', {}, titles[open] ?? 'Changes'),
    h(
      'nav',
      { class: 'tabs', 'aria-label': 'Which changes' },
      tab('Waiting', '/', open === 'waiting'),
      tab('All', '/?show=all', open === 'all'),
      tab('Task grants', '/grants', open === 'grants'),
      open === 'back' || person.asks.includes('bring_back_namespace')
        ? tab('Bring back', '/bring-back', open === 'back')
        : null,
    ),
    h('button', { type: 'button', class: 'quiet help', onclick: help }, 'Keys ', h('kbd', {}, '?')),
  );
}
