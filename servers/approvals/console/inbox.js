import { isMine } from './attention.js';
import { batch } from './batch.js';
import { card, who } from './card.js';
import { foreign, h, when } from './dom.js';
import { filters } from './filters.js';
import { live } from './live.js';
import { request } from './request.js';
import { tabs } from './tabs.js';
import { toolName } from './words.js';

const most = 200;
/** So many like changes are one row that opens. */
const likeFrom = 3;

/** What waits for a decision, live. */
export async function openInbox(main, _id, person) {
  const list = h('div', { class: 'cards' });
  const notice = h('p', { class: 'error', role: 'alert' });
  let page = { changes: [] };
  const opened = new Set();
  const draw = () => {
    const shown = page.changes.filter(chosen.matches);
    chosen.update(page.changes);
    selection.update(shown);
    replace(list, page.changes.length === 0 ? [empty()] : rows(shown, page, { selection, opened, person }));
    const number = page.changes.length;
    document.title = number === 0 ? 'Countersign' : `(${number}${page.next_before ? '+' : ''}) Countersign`;
  };
  const chosen = filters(draw, person);
  const selection = batch(() => refresh());
  let seen = '';
  const refresh = async (poll = true) => {
    page = await request(`/api/changes?status=pending_approval&limit=${most}`, { poll });
    const text = JSON.stringify(page);
    if (text !== seen) draw();
    seen = text;
  };
  main.replaceChildren(tabs('waiting', person), chosen.element, notice, selection.results, list, selection.bar);
  await refresh(false);
  live(refresh, notice);
}

function rows(shown, page, { selection, opened, person }) {
  const titleOf = (id) => page.changes.find((one) => one.change_id === id)?.summary;
  const one = (change) => card(change, { box: selection.box(change), titleOf, person });
  const groups = Map.groupBy(shown, likeness);
  const all = [...groups].map(([key, like]) =>
    like.length < likeFrom ? like.map(one) : group(key, like, { one, selection, opened, person }),
  );
  if (shown.length === 0)
    all.push(h('section', { class: 'empty' }, h('p', {}, 'Nothing that waits fits these filters.')));
  if (page.next_before)
    all.push(
      h(
        'p',
        { class: 'hint' },
        `These are the newest ${most}. `,
        h('a', { href: '/?show=all&status=pending_approval' }, 'See all that wait'),
      ),
    );
  return all.flat();
}

/** Changes of one agent that do the same in the same place. */
function likeness({ requester, tool, place, set, restores }) {
  return JSON.stringify([requester, tool, place?.name, set, restores !== null]);
}

function group(key, like, { one, selection, opened, person }) {
  const [{ tool, place }] = like;
  const flagged = like.filter(({ flags }) => flags.length > 0).length;
  const mine = like.filter((change) => isMine(change, person)).length;
  const first = like.reduce((soonest, { expires_at: end }) => (end < soonest ? end : soonest), like[0].expires_at);
  const toggle = (event) => (event.currentTarget.open ? opened.add(key) : opened.delete(key));
  return h(
    'details',
    { class: 'group', open: opened.has(key), 'data-id': key, ontoggle: toggle },
    h(
      'summary',
      {},
      h('b', { class: 'number' }, String(like.length)),
      h('span', { class: 'what' }, toolName(tool), ' in ', h('b', {}, foreign(place?.name ?? ''))),
      h('span', { class: 'soft' }, who(like[0], { link: false }), ', first ends ', when(first)),
      mine > 0 ? h('span', { class: 'pill busy' }, `${mine} assigned to you`) : null,
      flagged > 0 ? h('span', { class: 'pill wait' }, `${flagged} flagged`) : null,
    ),
    selection.all(like),
    like.map(one),
  );
}

/** Puts new rows in place of the old ones, without taking the focus away. */
function replace(list, next) {
  const active = document.activeElement;
  const id = list.contains(active) ? active.closest('[data-id]')?.dataset.id : undefined;
  const kind = active?.matches('input') ? 'input' : 'h2 a, summary';
  list.replaceChildren(...next);
  if (id !== undefined)
    list
      .querySelector(`[data-id="${CSS.escape(id)}"]`)
      ?.querySelector(kind)
      ?.focus();
}

function empty() {
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, 'Nothing waits for you'),
    h('p', {}, 'When an agent proposes a change, it shows up here by itself.'),
  );
}
