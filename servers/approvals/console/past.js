import { card } from './card.js';
import { h, problem } from './dom.js';
import { live } from './live.js';
import { request } from './request.js';
import { tabs } from './tabs.js';
import { states } from './words.js';

/** A search looks through the past in pieces; it goes on by itself through so many without a find. */
const mostPieces = 20;

/** Where changes are carried out. */
const servers = ['github', 'tickets', 'knowledge'];

/** All changes, newest first, whatever became of them; searched, when the address says for what. */
export async function openPast(main, _id, person) {
  const asked = new URLSearchParams(location.search);
  const status = Object.hasOwn(states, asked.get('status') ?? '') ? asked.get('status') : '';
  const words = (asked.get('q') ?? '').trim();
  const server = servers.includes(asked.get('server')) ? asked.get('server') : '';
  const quarantine = asked.get('quarantine') === 'waits' ? 'waits' : '';
  const wanted = {
    ...(status && { status }),
    ...(server && { server }),
    ...(quarantine && { quarantine }),
    ...(words && { q: words }),
  };
  const query = new URLSearchParams({ limit: '50', ...wanted });
  const notice = h('p', { class: 'error', role: 'alert' });
  const list = h('div', { class: 'cards' });
  main.replaceChildren(tabs('all', person), search({ words, status, server, quarantine }), notice, list);
  document.title = 'All changes · Countersign';
  let seen = '';
  const refresh = async (poll = true) => {
    // What was loaded further down must not vanish under the reader.
    if (list.dataset.more) return;
    const page = await pieces(query, null, poll);
    const text = JSON.stringify(page);
    if (text !== seen) draw(list, page, query);
    seen = text;
  };
  await refresh(false);
  live(refresh, notice);
}

async function pieces(query, before, poll) {
  let page = { changes: [], next_before: before };
  for (let piece = 0; piece < mostPieces; piece += 1) {
    const from = page.next_before === null ? [] : [['before', page.next_before]];
    page = await request(`/api/changes?${new URLSearchParams([...query, ...from])}`, { poll });
    if (page.changes.length > 0 || page.next_before === null) return page;
  }
  return page;
}

function search({ words, status, server, quarantine }) {
  const input = h('input', { type: 'search', id: 'q', value: words, maxlength: 200 });
  const choice = (id, chosen, all, options) =>
    h(
      'select',
      { id, onchange: () => go() },
      [['', all], ...options].map(([value, label]) => h('option', { value, selected: value === chosen }, label)),
    );
  const names = Object.entries(states).map(([value, { label }]) => [value, label]);
  const state = choice('status', status, 'every state', names);
  const system = choice(
    'server',
    server,
    'every system',
    servers.map((name) => [name, name]),
  );
  const waiting = choice('quarantine', quarantine, 'or not', [['waits', 'waits in it']]);
  const go = (event) => {
    event?.preventDefault();
    const wanted = {
      show: 'all',
      ...(state.value && { status: state.value }),
      ...(system.value && { server: system.value }),
      ...(waiting.value && { quarantine: waiting.value }),
      ...(input.value.trim() && { q: input.value.trim() }),
    };
    location.assign(`/?${new URLSearchParams(wanted)}`);
  };
  return h(
    'form',
    { class: 'filters', role: 'search', onsubmit: go },
    h('span', { class: 'wide' }, h('label', { for: 'q' }, 'Search for words'), input),
    h('span', {}, h('label', { for: 'status' }, 'State'), state),
    h('span', {}, h('label', { for: 'server' }, 'System'), system),
    h('span', {}, h('label', { for: 'quarantine' }, 'Quarantine'), waiting),
    h('button', {}, 'Search'),
  );
}

function draw(list, { changes, next_before: before }, query) {
  const focused = document.activeElement?.getAttribute('href');
  if (changes.length === 0 && before === null) list.replaceChildren(empty(query));
  else list.replaceChildren(...changes.map((change) => card(change)), more(list, before, query));
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function empty(query) {
  const searched = ['q', 'status', 'server', 'quarantine'].some((name) => query.has(name));
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, searched ? 'Nothing found' : 'No changes here'),
    h(
      'p',
      {},
      searched
        ? 'No change has all of these words and is in this state, system and quarantine.'
        : 'What agents propose is listed here, whatever became of it.',
    ),
  );
}

function more(list, before, query) {
  if (before === null) return '';
  const load = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const page = await pieces(query, before, false);
      list.dataset.more = 'yes';
      button.replaceWith(...page.changes.map((change) => card(change)), more(list, page.next_before, query));
    } catch (error) {
      button.disabled = false;
      button.textContent = problem(error);
    }
  };
  return h(
    'button',
    { type: 'button', class: 'wide', onclick: load },
    query.has('q') ? 'Search older ones' : 'Show older ones',
  );
}
