import { count, exactly, foreign, h, problem, when } from './dom.js';
import { request } from './request.js';
import { toolName } from './words.js';

/** So many things are open to see; the rest is folded, and says how many it is. */
const openAtOnce = 10;

/** What the agent had read before it asked, which never changes afterwards; nothing where a person asked. */
export async function showReads(part, { change_id: id, requester }) {
  if (requester.kind !== 'agent') return;
  try {
    part.replaceChildren(section(await request(`/api/changes/${encodeURIComponent(id)}/reads`)));
  } catch (error) {
    part.replaceChildren(h('p', { class: 'error', role: 'alert' }, problem(error)));
  }
}

function section(found) {
  if (found.session === null) return '';
  const untrusted = found.reads.filter(({ trust }) => trust === 'untrusted');
  const others = found.reads.filter(({ trust }) => trust !== 'untrusted');
  return h(
    'section',
    { class: 'reads', 'aria-labelledby': 'reads-title' },
    h('h2', { id: 'reads-title' }, 'What the agent had read'),
    h('p', {}, sum(found)),
    missing(found),
    untrusted.length > 0 ? [h('h3', {}, 'Perhaps written by anybody'), list(untrusted, openAtOnce)] : null,
    others.length > 0
      ? folded(`${count(others.length, untrusted.length > 0 ? 'more thing' : 'thing')} that it had read`, others)
      : null,
    found.more > 0 ? h('p', { class: 'warn' }, `${count(found.more, 'more thing')} are too many to show.`) : null,
    found.untrusted_since > 0
      ? h(
          'p',
          { class: 'hint' },
          `Since then it has read ${count(found.untrusted_since, 'more thing')} that anybody may have written: nothing of that is in this change.`,
        )
      : null,
  );
}

function sum({ reads, more, untrusted }) {
  const all = reads.length + more;
  if (all === 0) return 'Nothing is on record for the 24 hours before it asked, on any server.';
  const marked = untrusted === 0 ? 'none of them' : `${untrusted.toLocaleString()} of them perhaps`;
  return `In the 24 hours before it asked, on all servers: ${count(all, 'thing')}, ${marked} written by people who may not write there.`;
}

/** A list that is not whole says so. */
function missing({ session, recorded_from: from, left_out_before: left, dropped }) {
  if (left !== null)
    return h('p', { class: 'warn' }, 'There is too much: what it read before ', exactly(left), ' is left out.');
  if (from > session.from) {
    const rest = dropped ? ' on: of earlier ones, only what was sealed with this is kept.' : ' on.';
    return h('p', { class: 'warn' }, 'Reads are on record only from ', exactly(from), rest);
  }
  return null;
}

function list(things, open) {
  const shown = h('ul', { class: 'things' }, things.slice(0, open).map(item));
  const rest = things.slice(open);
  return rest.length === 0 ? shown : [shown, folded(`${count(rest.length, 'more')} of these`, rest)];
}

/** What nobody unfolds need not be made. */
function folded(title, things) {
  const body = h('ul', { class: 'things' });
  const fill = (event) => {
    if (event.currentTarget.open && body.children.length === 0) body.replaceChildren(...things.map(item));
  };
  return h('details', { ontoggle: fill }, h('summary', {}, title), body);
}

function item({ name, server, thing, revision, rank, tools, last, times, trust, forgotten }) {
  return h(
    'li',
    {},
    h('b', { title: thing }, foreign(name)),
    ' ',
    h('span', { class: 'hint' }, `${server}, ${tools.map(toolName).join(', ')}`),
    trust === 'untrusted' ? [' ', h('span', { class: 'kind' }, 'Untrusted')] : null,
    forgotten ? [' ', h('span', { class: 'kind' }, 'Forgotten since')] : null,
    revision === null ? null : [' revision ', h('span', { class: 'code' }, foreign(revision.slice(0, 24)))],
    rank === null ? null : `, found in place ${rank}`,
    times > 1 ? `, ${count(times, 'time')}, last ` : ', ',
    when(last),
  );
}
