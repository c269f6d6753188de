import { busy } from './busy.js';
import { h } from './dom.js';
import { request } from './request.js';
import { openStates, states } from './words.js';

/** Whether others find what a change wrote, and the way to let them; nothing where it never waited. */
export function quarantineSection(change) {
  const { quarantine, about } = change;
  if (about) return h('p', {}, 'About: ', h('a', { href: `/changes/${about}` }, about));
  if (!quarantine) return before(change);
  if (!quarantine.waits) return accepted(quarantine);
  const asked = quarantine.accepted_by.find((one) => openStates.includes(one.status));
  return h(
    'section',
    { class: 'panel', id: 'quarantine', 'aria-labelledby': 'quarantine-title' },
    h('h2', { id: 'quarantine-title' }, 'Waits in quarantine'),
    h('p', {}, 'No person decided it. Read it before you let others find it.'),
    asked ? h('p', {}, 'Asked for already: ', link(asked)) : form(change),
  );
}

/** What a decision over it means. */
function before({ status, content }) {
  if (status !== 'pending_approval' || !content?.quarantine) return '';
  return h(
    'p',
    { class: 'hint' },
    content.quarantine === 'possible'
      ? 'Others find it once it is approved and carried out.'
      : 'Others find it at once: its system cannot hold it back, so no rule and no task grant may decide it.',
  );
}

function accepted({ accepted_by: by }) {
  const applied = by.find((one) => one.status === 'applied');
  return applied ? h('p', {}, 'Let in without a person, and accepted since: ', link(applied)) : '';
}

function link({ change_id: id, status }) {
  return h('a', { href: `/changes/${id}` }, states[status].label);
}

function form({ change_id: id }) {
  const reason = h('textarea', { id: 'accept-why', rows: 2, maxlength: 2000 });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = async () => {
    alert.textContent = '';
    if (reason.value.trim() === '') {
      alert.textContent = 'Say why: it becomes part of the record.';
      reason.focus();
      return;
    }
    await busy(buttons, alert, async () => {
      const { change_id: made } = await request(`/api/changes/${id}/accept`, { body: { reason: reason.value } });
      location.assign(`/changes/${made}`);
    });
  };
  buttons.append(h('button', { type: 'button', id: 'accept', onclick: send }, 'Accept…'));
  return h(
    'div',
    {},
    h('p', { class: 'hint' }, 'This makes a change of its own, to look at and approve.'),
    h('label', { for: 'accept-why' }, 'Why it can be relied on'),
    reason,
    alert,
    buttons,
  );
}
