import { card } from './card.js';
import { count, exactly, foreign, h, shown } from './dom.js';
import { live } from './live.js';
import { request } from './request.js';
import { respondPanel } from './respond.js';
import { reaches } from './words.js';

const spans = {
  '1h': ['last hour', 1],
  '24h': ['last day', 24],
  '7d': ['last 7 days', 168],
  '30d': ['last 30 days', 720],
};
const hourMs = 3_600_000;

/** What one agent read, was denied, proposed, wrote and reached since a time, and what can be done about it. */
export async function openAgent(main, name, person) {
  const agent = decodeURIComponent(name);
  const wanted = new URLSearchParams(location.search).get('since');
  const span = Object.hasOwn(spans, wanted ?? '') ? wanted : '24h';
  const since = new Date(Date.now() - spans[span][1] * hourMs).toISOString();
  const path = `/api/incidents?${new URLSearchParams({ agent, since })}`;
  const parts = { head: h('div', { id: 'head', tabindex: -1 }), panel: h('div'), body: h('div') };
  const offline = h('p', { class: 'error', role: 'alert' });
  let seen = null;
  const follow = async (poll = true) => {
    const record = await request(path, { poll });
    if (JSON.stringify(record) === JSON.stringify(seen)) return;
    parts.head.replaceChildren(head(record));
    parts.body.replaceChildren(...body(record));
    // What somebody writes there must not vanish under them.
    if (!seen || acts(seen) !== acts(record)) {
      parts.panel.replaceChildren(respondPanel(record, { agent, since, person }, follow));
    }
    seen = record;
  };
  await follow(false);
  document.title = `${agent} · Countersign`;
  main.replaceChildren(
    h('p', { class: 'back' }, h('a', { href: '/' }, '← Changes')),
    parts.head,
    spanChoice(span),
    parts.panel,
    parts.body,
    offline,
  );
  live(follow, offline);
}

/** What there is to do something about. */
const acts = ({ stop, waiting, would_restore: groups }) => JSON.stringify([stop, waiting, groups]);

function spanChoice(span) {
  const option = ([value, [label]]) => h('option', { value, selected: value === span }, label);
  const onchange = (event) => location.assign(`?since=${event.currentTarget.value}`);
  return h(
    'div',
    { class: 'filters' },
    h(
      'span',
      {},
      h('label', { for: 'since' }, 'What it did in the'),
      h('select', { id: 'since', onchange }, Object.entries(spans).map(option)),
    ),
  );
}

function head({ agent, since, stop, waiting, wrote, read, denied, read_untrusted: untrusted }) {
  const isStopped = stop !== null;
  return h(
    'div',
    { class: 'head' },
    h('p', {}, h('span', { class: `pill ${isStopped ? 'bad' : 'good'}` }, isStopped ? 'Stopped' : 'Not stopped')),
    h('h1', {}, 'Agent ', foreign(agent)),
    h(
      'p',
      { class: 'truth' },
      'Since ',
      exactly(since),
      `: ${count(read.calls, 'read')}, ${denied.calls} denied, ${count(wrote.length, 'change')} written; `,
      `${waiting.length} waiting now.`,
    ),
    untrusted.length > 0
      ? h('p', { class: 'warn' }, `${count(untrusted.length, 'change')} came after it had read untrusted text.`)
      : null,
  );
}

function body({ wrote, proposed, denied, read, left_out: leftOut, not_told: notTold }) {
  return [
    section(
      'wrote',
      'What it wrote, and what that reached',
      wrote.length,
      h('div', { class: 'cards' }, wrote.map(written)),
    ),
    section(
      'proposed',
      'What it proposed',
      proposed.length,
      h(
        'div',
        { class: 'cards' },
        proposed.map((one) => card(one)),
      ),
    ),
    section('denied', 'What it was denied', denied.calls, calls(denied)),
    section('read', 'What it read', read.calls, calls(read)),
    leftOut.length === 0
      ? ''
      : section('left', 'What cannot be put back now, and why', leftOut.length, h('ul', {}, leftOut.map(left))),
    h(
      'ul',
      { class: 'hint' },
      notTold.map((one) => h('li', {}, shown(one))),
    ),
  ];
}

function section(id, title, number, content) {
  const heading = h('h2', { id: `${id}-title` }, title);
  return h('section', { 'aria-labelledby': `${id}-title` }, heading, number === 0 ? h('p', {}, 'Nothing.') : content);
}

function written(change) {
  const places = change.touches.map((one) => h('li', { class: 'code' }, shown(one)));
  const reached = change.reaches.map(({ code, message }) =>
    h('li', {}, h('b', {}, reaches[code] ?? code), ': ', shown(message)),
  );
  return h('div', {}, card(change), h('ul', { class: 'reached' }, places, reached));
}

function left({ change_id: id, why }) {
  return h('li', {}, h('a', { class: 'code', href: `/changes/${id}` }, id), ': ', shown(why));
}

/** Like calls are one line. */
function calls({ groups, more }) {
  const line = ({ server, tool, outcome, why, asks, count: times, last }) =>
    h(
      'li',
      {},
      h('b', {}, `${tool} on ${server}`),
      times > 1 ? `, ${times} times` : null,
      asks.length > 0 ? [': ', h('span', { class: 'code' }, shown(asks.join('; ')))] : null,
      outcome === 'ok' ? null : [', ', h('b', { class: 'warn' }, outcome), why ? [': ', shown(why)] : null],
      ' ',
      exactly(last),
    );
  const rest = more.groups > 0 ? h('li', {}, `and ${more.groups} more, of ${count(more.calls, 'call')}`) : null;
  return h('ul', { class: 'calls' }, groups.map(line), rest);
}
