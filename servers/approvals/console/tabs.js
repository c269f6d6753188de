import { h } from './dom.js';
import { help } from './keys.js';

/** The heading of the lists, and the way between them; `open` is the one that is shown. */
export function tabs(open) {
  const tab = (label, href, current) => h('a', { href, 'aria-current': current ? 'page' : undefined }, label);
  return h(
    'div',
    { class: 'top' },
    h('h1', {}, open === 'grants' ? 'Task grants' : 'Changes'),
    h(
      'nav',
      { class: 'tabs', 'aria-label': 'Which changes' },
      tab('Waiting', '/', open === 'waiting'),
      tab('All', '/?show=all', open === 'all'),
      tab('Task grants', '/grants', open === 'grants'),
    ),
    h('button', { type: 'button', class: 'quiet help', onclick: help }, 'Keys ', h('kbd', {}, '?')),
  );
}
