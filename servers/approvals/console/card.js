import { attentionMarks } from './attention.js';
import { count, foreign, h, when } from './dom.js';
import { flags, states, toolName } from './words.js';

const hourMs = 3_600_000;

/** One change in a list. `box` is what selects it; `titleOf` finds the summary of another change in the list. */
export function card(change, { box = null, titleOf = () => undefined, person } = {}) {
  const { label, tone } = states[change.status];
  const open = change.status === 'pending_approval';
  return h(
    'article',
    { class: 'card', 'data-id': change.change_id },
    h(
      'div',
      { class: 'line' },
      box,
      h('h2', {}, h('a', { href: `/changes/${change.change_id}` }, foreign(change.summary))),
    ),
    change.place ? place(change) : null,
    h(
      'p',
      { class: 'meta' },
      open ? null : h('span', { class: `pill ${tone}` }, label),
      h('span', {}, who(change)),
      change.restores ? h('span', { class: 'kind' }, 'Restore') : null,
      change.version > 1 ? h('span', { class: 'kind' }, `Version ${change.version}`) : null,
      change.set ? h('span', {}, h('a', { href: `/sets/${change.set}` }, 'part of a set')) : null,
      h('span', {}, 'asked ', when(change.created_at)),
      open ? left(change) : null,
      open && change.there_only ? h('span', { class: 'kind' }, 'Waits for a review on GitHub') : null,
      open && person ? attentionMarks(change, person) : null,
    ),
    chips(change.flags),
    conflicts(change, titleOf),
  );
}

/** Who asks, for whom, and whether that person may do it themselves; an agent leads to what it did. */
export function who({ requester, sponsor, sponsor_access: access }, { link = true } = {}) {
  const name = h('b', {}, link ? agentLink(requester) : foreign(requester.name));
  if (requester.kind !== 'agent') return ['person ', name];
  const unverified = access === 'unverified' ? ', not verified' : null;
  return ['agent ', name, sponsor ? [' for ', h('b', {}, foreign(sponsor)), unverified] : null];
}

/** An agent's name, which leads to what it did. */
export function agentLink({ kind, name }) {
  if (kind !== 'agent') return foreign(name);
  return h('a', { href: `/agents/${encodeURIComponent(name)}` }, foreign(name));
}

/** What it touches, in names. */
function place({ place: { name, branch, things, more_things: moreThings, files, more_files: moreFiles }, tool }) {
  const list = (names, more) => [
    names.map((one, index) => [index > 0 ? ', ' : '', h('span', { class: 'code' }, foreign(one))]),
    more > 0 ? ` and ${count(more, 'more', 'more')}` : null,
  ];
  return h(
    'p',
    { class: 'place' },
    h('span', {}, toolName(tool), ' in ', h('b', {}, foreign(name))),
    branch === null ? null : h('span', {}, 'branch ', h('b', {}, foreign(branch))),
    files.length === 0 ? null : h('span', {}, list(files, moreFiles)),
    files.length > 0 || things.length === 0 ? null : h('span', {}, list(things, moreThings)),
  );
}

function left({ expires_at: end }) {
  const isSoon = new Date(end).getTime() - Date.now() < hourMs;
  return h('span', { class: isSoon ? 'warn' : undefined }, 'ends ', when(end));
}

/** Flags, each once. */
export function chips(codes) {
  if (codes.length === 0) return null;
  const all = [...new Set(codes)].map((code) => h('li', {}, flags[code] ?? code));
  return h('ul', { class: 'chips', 'aria-label': 'Flags' }, all);
}

function conflicts({ conflicts: ids = [] }, titleOf) {
  if (ids.length === 0) return null;
  const named = ids
    .slice(0, 3)
    .map((id, index) => [index > 0 ? ', ' : '', h('a', { href: `/changes/${id}` }, foreign(titleOf(id) ?? id))]);
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
  return h(
    'p',
    { class: 'conflict' },
    'Writes to the same as ',
    named,
    more,
    '. The one that is carried out first can make the other stale.',
  );
}
