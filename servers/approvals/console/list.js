import { count, foreign, h, problem, when } from './dom.js';
import { request } from './request.js';
import { flags, states } from './words.js';

const refreshMs = 3_000;

/** The list of changes: those that wait for a decision, or all. */
export async function openList(main) {
  const asked = new URLSearchParams(location.search);
  const all = asked.get('show') === 'all';
  const status = Object.hasOwn(states, asked.get('status') ?? '') ? asked.get('status') : undefined;
  const list = h('div', { class: 'cards' });
  const notice = h('p', { class: 'error', role: 'alert' });
  main.replaceChildren(heading(all), all ? filter(status) : '', notice, list);

  const query = new URLSearchParams({ limit: '50', ...(all ? status && { status } : { status: 'pending_approval' }) });
  let seen = '';
  const refresh = async (poll) => {
    const page = await request(`/api/changes?${query}`, { poll });
    const text = JSON.stringify(page);
    if (text !== seen) show(list, page, { all, query });
    seen = text;
    notice.textContent = '';
    if (!all) document.title = `${page.changes.length > 0 ? `(${page.changes.length}) ` : ''}Countersign`;
  };
  await refresh(false);
  setInterval(() => {
    // What was loaded further down must not vanish under the reader.
    if (document.visibilityState !== 'visible' || list.dataset.more) return;
    refresh(true).catch((error) => {
      if (error.status === 401) location.reload();
      else notice.textContent = problem(error);
    });
  }, refreshMs);
}

function heading(all) {
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
  );
}

function filter(status) {
  const go = (event) => {
    const chosen = event.currentTarget.value;
    location.assign(chosen === '' ? '/?show=all' : `/?show=all&status=${chosen}`);
  };
  const option = (value, label) => h('option', { value, selected: value === (status ?? '') }, label);
  return h(
    'p',
    { class: 'filter' },
    h('label', { for: 'status' }, 'Show '),
    h(
      'select',
      { id: 'status', onchange: go },
      option('', 'every state'),
      Object.entries(states).map(([value, { label }]) => option(value, label)),
    ),
  );
}

function show(list, { changes, next_before: before }, { all, query }) {
  const focused = document.activeElement?.getAttribute('href');
  if (changes.length === 0) {
    list.replaceChildren(empty(all));
    return;
  }
  list.replaceChildren(...changes.map(card), before === null ? '' : more(list, before, query));
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function empty(all) {
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, all ? 'No changes here' : 'Nothing waits for you'),
    h(
      'p',
      {},
      all
        ? 'What agents propose is listed here, whatever became of it.'
        : 'When an agent proposes a change, it shows up here by itself.',
    ),
  );
}

function card(change) {
  const { label, tone } = states[change.status];
  const open = change.status === 'pending_approval';
  return h(
    'article',
    { class: 'card' },
    h('h2', {}, h('a', { href: `/changes/${change.change_id}` }, foreign(change.summary))),
    h(
      'p',
      { class: 'meta' },
      h('span', { class: `pill ${tone}` }, label),
      h(
        'span',
        {},
        change.requester.kind === 'agent' ? 'agent ' : 'person ',
        h('b', {}, foreign(change.requester.name)),
      ),
      h('span', {}, 'on ', h('b', {}, change.server)),
      change.set ? h('span', {}, h('a', { href: `/sets/${change.set}` }, 'part of a set')) : null,
      change.files ? h('span', {}, count(change.files, 'file')) : null,
      h('span', {}, 'asked ', when(change.created_at)),
      open ? h('span', {}, 'ends ', when(change.expires_at)) : null,
    ),
    change.flags.length === 0
      ? null
      : h(
          'ul',
          { class: 'chips', 'aria-label': 'Flags' },
          [...new Set(change.flags)].map((code) => h('li', {}, flags[code] ?? code)),
        ),
  );
}

function more(list, before, query) {
  const load = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const page = await request(`/api/changes?${new URLSearchParams([...query, ['before', before]])}`);
      list.dataset.more = 'yes';
      button.replaceWith(
        ...page.changes.map(card),
        page.next_before === null ? '' : more(list, page.next_before, query),
      );
    } catch (error) {
      button.disabled = false;
      button.textContent = problem(error);
    }
  };
  return h('button', { type: 'button', class: 'wide', onclick: load }, 'Show older ones');
}
