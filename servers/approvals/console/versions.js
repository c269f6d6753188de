import { count, foreign, h, problem, shown } from './dom.js';
import { effectBox } from './effects.js';
import { request } from './request.js';
import { flags, reaches, rejections, states } from './words.js';

/** So many lines of differences come at once; the rest when somebody wants to see it. */
const linesAtOnce = 1_000;

/** Which version of what a change is, what was said of those before, and whether there is a newer; empty for an only one. */
export function versionsSection({ versions }) {
  const { version, earlier, newer, last } = versions;
  if (earlier.length === 0 && newer === null) return '';
  return h(
    'section',
    { class: 'versions', 'aria-label': 'Versions' },
    h('h2', {}, `Version ${version}`, last ? ', the last one there can be' : ''),
    earlier.length === 0 ? null : h('ol', {}, earlier.map(earlierVersion)),
    newer === null
      ? null
      : h('p', {}, 'Its agent proposed a newer version: ', link(newer.change_id, states[newer.status].label)),
  );
}

function earlierVersion({ change_id: id, version, status, rejected }) {
  return h('li', {}, link(id, `Version ${version}`), `: ${states[status].label}`, rejected ? said(rejected) : null);
}

/** What a person said who rejected a version. */
function said({ who, category, reason, signature }) {
  return [
    ' by ',
    h('b', {}, foreign(who.name)),
    category ? `: ${rejections[category].label}` : null,
    signature === 'valid' ? null : h('b', { class: 'warn' }, ` (signature ${signature})`),
    reason ? h('blockquote', {}, h('p', {}, shown(reason))) : null,
  ];
}

function link(id, text) {
  return h('a', { href: `/changes/${id}` }, text);
}

/** What changed since the version before, once the server has compared them; empty for a first version. */
export function sinceSection({ change_id: id, versions: { earlier } }) {
  if (earlier.length === 0) return '';
  const body = h('div', {}, h('p', { class: 'hint' }, 'Being compared.'));
  const section = h(
    'section',
    { class: 'since', 'aria-labelledby': 'since-title' },
    h('h2', { id: 'since-title' }, `What changed since version ${earlier.at(-1).version}`),
    body,
  );
  const fill = async () => {
    try {
      body.replaceChildren(
        ...contentOf(await request(`/api/changes/${id}/since?lines=${linesAtOnce}`, { poll: true })),
      );
    } catch (error) {
      body.replaceChildren(h('p', { class: 'hint' }, problem(error)));
    }
  };
  void fill();
  return section;
}

const whats = {
  changed: 'Otherwise than before',
  added: 'Only in this version',
  dropped: 'Not in this version any more: it stays as it is',
};

function contentOf({ change_id: id, before, missing, branch, parts, same, flags: flagged, reaches: reached }) {
  const nothing = parts.length === 0 && branch === null;
  return [
    nothing ? h('p', {}, h('b', {}, 'Nothing: it would do the same as the version before.')) : '',
    missing === null ? '' : h('p', { class: 'warn' }, 'Files cannot be compared. ', shown(missing)),
    branch === null ? '' : h('p', {}, 'Branch ', name(branch.before), ' becomes ', name(branch.now), '.'),
    codes('Raised now, and not before', flagged.added, flags),
    codes('Not raised any more', flagged.gone, flags),
    codes('Sets off now, and did not before', reached.added, reaches),
    codes('Does not set off any more', reached.gone, reaches),
    ...parts.map((part, index) => partOf(part, { id, before, index })),
    same.length === 0
      ? ''
      : h(
          'details',
          { class: 'same' },
          h('summary', {}, `${count(same.length, 'part')} as in the version before`),
          h(
            'ul',
            {},
            same.map((one) => h('li', { class: 'code' }, foreign(one))),
          ),
        ),
  ];
}

function name(branch) {
  return h('b', { class: 'code' }, foreign(branch ?? '(none)'));
}

function codes(title, all, words) {
  if (all.length === 0) return '';
  return h(
    'div',
    {},
    h('h3', {}, title),
    h(
      'ul',
      {},
      all.map(({ code, message }) => h('li', {}, h('b', {}, words[code] ?? code), ': ', shown(message))),
    ),
  );
}

function partOf({ what, name: part, effect }, { id, before, index }) {
  if (effect === null) return h('p', {}, `${whats[what]}: `, h('span', { class: 'code' }, foreign(part)));
  const more = (from) => request(`/api/changes/${id}/since/diff?part=${index}&from=${from}`);
  const sides = { before: what === 'added' ? id : before, after: what === 'dropped' ? before : id };
  return h('div', { class: 'part' }, h('p', { class: 'hint' }, whats[what]), effectBox({ ...effect, more, sides }));
}
