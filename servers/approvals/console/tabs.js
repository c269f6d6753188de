import { h } from './dom.js';
import { help } from './keys.js';

/** The heading of both lists, and the way between them. */
export function tabs(all) {
  const tab = (label, href, current) => h('a', { href, 'aria-current': current ? 'page' : undefined }, label);
  return h(
    'div',
    { class: 'top' },
    h('h1', {}, 'Changes'),
    h(
      'nav',
      { class: 'tabs', 'aria-label': 'Which changes' },
      tab('Waiting', '/', !all),
      tab('All', '/?show=all', all),
    ),
    h('button', { type: 'button', class: 'quiet help', onclick: help }, 'Keys ', h('kbd', {}, '?')),
  );
}
