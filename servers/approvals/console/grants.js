import { busy } from './busy.js';
import { count, exactly, foreign, h, shown } from './dom.js';
import { live } from './live.js';
import { request } from './request.js';
import { tabs } from './tabs.js';
import { flags, toolName } from './words.js';

const standing = {
  lasting: ['Lasts', 'good'],
  waiting: ['Waits for its change to be applied', 'busy'],
  ended: ['Ended', 'off'],
  expired: ['Expired', 'off'],
  used_up: ['Used up', 'off'],
  void: ['Its change was not applied', 'off'],
};

/** What people allowed in advance: what lasts, with a way to take it back, and what is over. */
export async function openGrants(main, _id, person) {
  document.title = 'Task grants · Countersign';
  const list = h('div', { class: 'cards' });
  const offline = h('p', { class: 'error', role: 'alert' });
  let seen = '';
  const follow = async (poll = true) => {
    const { grants } = await request('/api/grants?all=1', { poll });
    const news = JSON.stringify(grants);
    if (news === seen) return;
    seen = news;
    list.replaceChildren(...(grants.length === 0 ? [none()] : grants.map((one) => box(one, () => follow(false)))));
  };
  await follow(false);
  main.replaceChildren(tabs('grants', person), list, offline);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  live(follow, offline);
}

function none() {
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, 'Nobody has allowed anything in advance'),
    h('p', {}, 'Where a review rule offers it, you can allow what follows on a change when you approve it.'),
  );
}

function box(grant, follow) {
  const [label, tone] = standing[grant.status];
  const fact = (name, ...value) => h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
  const { tools, paths, flags: allowed, changes, bytes, end } = grant;
  return h(
    'article',
    { class: 'card', id: grant.id },
    h('p', {}, h('span', { class: `pill ${tone}` }, label)),
    h('h2', {}, h('b', {}, foreign(grant.giver.name)), ' allowed agent ', foreign(grant.agent)),
    h(
      'dl',
      { class: 'facts' },
      fact(
        'Given with',
        h('a', { href: `/changes/${grant.change_id}` }, 'this change'),
        ' ',
        exactly(grant.granted_at),
      ),
      fact('Changes', `${changes.used} of ${changes.of}`),
      fact('Bytes', `${bytes.used.toLocaleString()} of ${bytes.of.toLocaleString()}`),
      fact('Until', exactly(grant.expires_at)),
      tools === null
        ? fact('Where', 'Its signature is not by a known key: nothing comes under it.')
        : [
            fact(
              'With',
              tools.map((one, index) => [index > 0 ? ', ' : '', toolName(one)]),
            ),
            fact('Files', paths.length === 0 ? 'none' : paths.map((one, index) => [index > 0 ? ', ' : '', shown(one)])),
            allowed.length === 0 ? null : fact('Flags', allowed.map((one) => flags[one] ?? one).join(', ')),
          ],
      end ? fact('Ended', exactly(end.at), ' by ', foreign(end.actor.name), ': ', shown(end.note)) : null,
      end?.change_id ? fact('Shown by', h('a', { href: `/changes/${end.change_id}` }, end.change_id)) : null,
    ),
    grant.uses.length === 0
      ? null
      : h(
          'details',
          {},
          h('summary', {}, count(grant.uses.length, 'change'), ' under it'),
          h(
            'ol',
            {},
            grant.uses.map(({ change_id: id, bytes: size }) =>
              h('li', {}, h('a', { class: 'code', href: `/changes/${id}` }, id), `, ${count(size, 'byte')}`),
            ),
          ),
        ),
    grant.status === 'lasting' || grant.status === 'waiting' ? revoke(grant, follow) : null,
  );
}

function revoke({ id }, follow) {
  const reason = h('input', { type: 'text', id: `why-${id}`, maxlength: 2000 });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = () =>
    busy(buttons, alert, async () => {
      await request(`/api/grants/${id}/revoke`, { body: { reason: reason.value } });
      await follow();
    });
  buttons.append(h('button', { type: 'button', class: 'danger', onclick: send }, 'Revoke'));
  return h('div', {}, h('label', { for: `why-${id}` }, 'Why it is taken back'), reason, alert, buttons);
}
