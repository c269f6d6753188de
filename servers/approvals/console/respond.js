import { busy } from './busy.js';
import { count, h } from './dom.js';
import { request } from './request.js';
import { choices } from './words.js';

/** What can be done about an agent: stop it, take back what waits, prepare to put back what it wrote. */
export function respondPanel(record, { agent, since, person }, follow) {
  const { stop, waiting, would_restore: groups } = record;
  const reason = h('textarea', { id: 'why', rows: 2, maxlength: 2000, 'aria-describedby': 'why-hint' });
  const option = (value) => h('option', { value, selected: value === 'untouched' }, choices[value]);
  const choice = h('select', { id: 'choice' }, Object.keys(choices).map(option));
  const alert = h('p', { class: 'error', role: 'alert' });
  const told = h('div', { role: 'status' });
  const buttons = h('div', { class: 'buttons' });
  const act = (work) => async () => {
    alert.textContent = '';
    if (reason.value.trim() === '') {
      alert.textContent = 'Say why: it becomes part of the record.';
      reason.focus();
      return;
    }
    await busy(buttons, alert, work);
  };
  const respond = (more) => request('/api/incidents', { body: { agent, since, reason: reason.value, ...more } });
  const stopIt = act(async () => {
    await request('/api/stops', { body: { scope: 'agent', value: agent, reason: reason.value } });
    await follow();
  });
  const withdraw = act(async () => {
    await respond({ withdraw: true });
    await follow();
  });
  const prepare = act(async () => {
    const { sets } = await respond({ prepare: true, choice: choice.value });
    if (sets.length === 1) location.assign(`/sets/${sets[0]}`);
    else told.replaceChildren(several(sets));
  });
  const canPrepare = person.responds && groups.length > 0;
  const button = (id, label, onclick) => h('button', { type: 'button', id, onclick }, label);
  buttons.append(
    ...[
      stop === null ? button('stop', 'Stop the agent', stopIt) : null,
      person.responds && waiting.length > 0
        ? button('withdraw', `Take back ${count(waiting.length, 'waiting change')}`, withdraw)
        : null,
      canPrepare ? button('prepare', `Prepare to put back ${count(groups.length, 'target')}`, prepare) : null,
    ].filter((one) => one !== null),
  );
  if (buttons.children.length === 0) return '';
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'respond-title' },
    h('h2', { id: 'respond-title' }, 'What to do about it'),
    h(
      'p',
      { class: 'hint' },
      person.responds ? full : 'Stopped, it neither reads nor proposes, and nothing of it is written.',
    ),
    canPrepare ? [h('label', { for: 'choice' }, 'Where others worked on it since'), choice] : null,
    h('label', { for: 'why' }, 'Reason'),
    h('p', { class: 'hint', id: 'why-hint' }, 'It becomes part of the record.'),
    reason,
    alert,
    buttons,
    told,
  );
}

const full =
  'Stopped, it neither reads nor proposes, nothing of it is written, and what people allowed it in advance ends. To take ' +
  'back or to prepare stops it too. What is prepared is put back once those who could decide its changes approve.';

function several(sets) {
  return h(
    'div',
    {},
    h('p', {}, `${sets.length} sets, because different people decide:`),
    h(
      'ul',
      {},
      sets.map((id) => h('li', {}, h('a', { class: 'code', href: `/sets/${id}` }, id))),
    ),
  );
}
