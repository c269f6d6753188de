import { exactly, foreign, h, shown } from './dom.js';
import { events, rejections } from './words.js';

/** What became of the change so far: its steps, decisions and events. */
export function historySection(change) {
  return h(
    'section',
    { 'aria-labelledby': 'history-title' },
    h('h2', { id: 'history-title' }, 'What happened'),
    change.status === 'pending_approval' || change.steps.length === 0 ? null : steps(change.steps),
    h(
      'ol',
      { class: 'timeline' },
      change.history.map((event) => entry(event, change.decisions)),
    ),
  );
}

const stepWords = { done: 'done', begun: 'begun, no answer yet', waiting: 'not begun' };

function steps(all) {
  const items = all.map(({ name, state, verified, link, receipt }) =>
    h(
      'li',
      { class: state },
      h('span', { class: 'code' }, shown(name)),
      ': ',
      stepWords[state],
      verified === false ? h('b', { class: 'warn' }, ', but without a signature that the system finds good') : null,
      link ? [', ', h('a', { href: link, rel: 'noreferrer' }, link)] : null,
      receipt ? h('details', {}, h('summary', {}, 'What the system answered'), h('pre', {}, shown(receipt))) : null,
    ),
  );
  return [h('h3', {}, 'Steps'), h('ol', { class: 'steps' }, items), h('h3', {}, 'Record')];
}

/** Why somebody said no, where they said it. */
function why({ category }) {
  return category ? ` (${rejections[category].label})` : '';
}

function entry({ at, type, actor, note }, decisions) {
  const signed =
    type === 'decision.made' ? decisions.find((one) => one.at === at && one.who.name === actor.name) : null;
  return h(
    'li',
    {},
    h('b', {}, events[type] ?? type),
    ' · ',
    actor.kind === 'server' ? `the ${actor.name} server` : [`${actor.kind} `, foreign(actor.name)],
    signed ? ` · ${signed.verb}${why(signed)}, signature ${signed.signature}` : null,
    signed && actor.kind === 'server' && signed.reason ? [' · ', shown(signed.reason)] : null,
    h('br'),
    exactly(at),
    note ? h('blockquote', {}, h('p', {}, shown(note))) : null,
  );
}
