import { exactly, foreign, h, shown } from './dom.js';

const said = { approved: 'approved', changes_requested: 'asks for changes', dismissed: 'was dismissed' };

/** What a change waits for that is approved by reviews on GitHub, and what was seen of them. */
export function thereSection({ there, status }) {
  if (!there) return '';
  const { name, url, head, by, waits, seen } = there;
  const whose =
    by.length === 0
      ? 'anybody in the list of people who may write there, but the sponsor'
      : by.map((one, index) => [index > 0 ? ', ' : '', shown(one)]);
  return h(
    'section',
    { 'aria-labelledby': 'there-title' },
    h('h2', { id: 'there-title' }, 'Review on GitHub'),
    h(
      'p',
      {},
      status === 'pending_approval'
        ? 'Waits for a review on GitHub of exactly '
        : 'Goes by reviews on GitHub of exactly ',
      h('span', { class: 'code' }, shown(head)),
      ' by ',
      whose,
      ': ',
      url ? h('a', { href: url, rel: 'noreferrer' }, foreign(name)) : foreign(name),
    ),
    status === 'pending_approval' && waits ? h('p', { class: 'hint' }, shown(waits)) : null,
    seen.length === 0 ? null : h('ul', {}, seen.map(review)),
  );
}

/** Why it does not count is said of approvals alone: what else was said is no approval in any case. */
function review({ login, person, state, at, not }) {
  const why = state === 'approved' ? not : null;
  const who = person === null ? [foreign(`@${login}`)] : [h('b', {}, shown(person)), ' (', foreign(`@${login}`), ')'];
  return h('li', {}, who, ` ${said[state]}, `, exactly(at), why === null ? null : ['. ', shown(why)]);
}
