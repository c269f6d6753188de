import { decisionForm } from './decision.js';
import { count, exactly, foreign, h, problem, shown } from './dom.js';
import { effectBox } from './effects.js';
import { live } from './live.js';
import { request } from './request.js';
import { choices, setStates, states } from './words.js';

const ended = [
  'applied',
  'rejected',
  'nothing',
  'mixed',
  'expired',
  'withdrawn',
  'stale',
  'failed',
  'revoked',
  'partial',
];

/** The page of one set of restores. It follows the set until nothing more can become of it. */
export async function openSet(main, id) {
  const path = `/api/sets/${encodeURIComponent(id)}`;
  const parts = { head: h('div', { id: 'head', tabindex: -1 }), body: h('div'), panel: h('div') };
  const offline = h('p', { class: 'error', role: 'alert' });
  let seen = null;
  const follow = async (poll = true) => {
    const set = await request(path, { poll });
    if (JSON.stringify(set) === JSON.stringify(seen)) return;
    show(parts, set, seen, follow);
    seen = set;
  };
  await follow(false);
  main.replaceChildren(h('p', { class: 'back' }, h('a', { href: '/' }, '← Changes')), ...Object.values(parts), offline);
  live(async () => {
    if (!ended.includes(seen.status)) await follow();
  }, offline);
}

/** Shows a set; the panel stays as it is while nothing of it is new, so that nobody loses what they write. */
function show(parts, set, before, follow) {
  const { label, tone } = setStates[set.status] ?? states[set.status];
  document.title = `${label} · Countersign`;
  parts.head.replaceChildren(head(set, label, tone));
  parts.body.replaceChildren(members(set), leftOut(set));
  if (before && before.status === set.status && before.seal === set.seal) return;
  parts.panel.replaceChildren(set.status === 'pending_approval' && set.seal ? panel(set, follow) : '');
}

function head(set, label, tone) {
  const what = set.agent
    ? ['Put back what ', h('b', {}, foreign(set.agent.name)), ' did since ', exactly(set.agent.since)]
    : [`Put back ${count(set.members.length, 'change')}`];
  return h(
    'div',
    { class: 'head' },
    h('p', {}, h('span', { class: `pill ${tone}` }, label)),
    h('h1', {}, what),
    set.broken
      ? h('p', { class: 'error' }, 'The set in the ledger is not the one that was sealed; it cannot be decided.')
      : null,
    h(
      'p',
      { class: 'truth' },
      'Asked for by ',
      foreign(set.requester.name),
      ' ',
      exactly(set.created_at),
      '. ',
      choices[set.choice],
      '.',
    ),
    h('blockquote', { class: 'note' }, h('p', {}, shown(set.reason))),
  );
}

function members({ members: all }) {
  return h(
    'section',
    { 'aria-labelledby': 'members-title' },
    h('h2', { id: 'members-title' }, 'What is put back'),
    all.length === 0 ? h('p', {}, 'Nothing.') : h('ol', { class: 'members' }, all.map(member)),
  );
}

function member(change) {
  const { label, tone } = states[change.status];
  return h(
    'li',
    { class: 'card' },
    h('h3', {}, h('a', { href: `/changes/${change.change_id}` }, foreign(change.summary))),
    h(
      'p',
      { class: 'meta' },
      h('span', { class: `pill ${tone}` }, label),
      h('span', {}, 'on ', h('b', {}, change.server)),
      h(
        'span',
        {},
        'undoes ',
        change.originals.map((id, index) => [index > 0 ? ', ' : '', link(id)]),
      ),
    ),
    change.flags.includes('overwrites_others')
      ? h('p', { class: 'warn' }, h('b', {}, 'Overwrites what others did since.'))
      : null,
    change.read_untrusted.length > 0
      ? h('p', { class: 'warn' }, 'Undoes what its agent proposed after it had read untrusted text.')
      : null,
    change.note ? h('p', {}, shown(change.note)) : null,
    effects(change.change_id),
  );
}

/** What a restore does, in full, once somebody wants to see it. */
function effects(id) {
  const load = async (event) => {
    const box = event.currentTarget;
    if (!box.open || box.children.length > 1) return;
    try {
      const { content } = await request(`/api/changes/${id}`);
      box.append(...(content?.effects ?? []).map((effect) => effectBox(effect)));
    } catch (error) {
      box.append(h('p', { class: 'error', role: 'alert' }, problem(error)));
    }
  };
  return h('details', { ontoggle: load }, h('summary', {}, 'What it changes'));
}

function leftOut({ left_out: all }) {
  if (all.length === 0) return '';
  const item = ({ change_id: id, why }) => h('li', {}, link(id), ': ', shown(why));
  return h(
    'section',
    { 'aria-labelledby': 'left-title' },
    h('h2', { id: 'left-title' }, 'What is left out, and why'),
    h('ul', {}, all.map(item)),
  );
}

function link(id) {
  return h('a', { class: 'code', href: `/changes/${id}` }, id);
}

function panel(set, follow) {
  const waiting = set.members.filter(({ status }) => status === 'pending_approval').length;
  return decisionForm({
    path: `/api/sets/${set.set_id}/decision`,
    seal: set.seal,
    hint: `One decision over ${count(waiting, 'restore')}. Each is carried out by itself: one that fails stops no other.`,
    follow,
  });
}
