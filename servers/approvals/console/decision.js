import { busy } from './busy.js';
import { h } from './dom.js';
import { request } from './request.js';
import { resumePanel } from './resume.js';
import { settlePanel } from './settle.js';

/** What a person can do about a change now. */
export function decisionPanel(change, follow) {
  if (change.status === 'pending_approval') return change.broken ? '' : decide(change, follow);
  if (change.doubt) return settlePanel(change, follow);
  if (change.status === 'partial') return h('div', {}, resumePanel(change, follow), restore(change));
  if (change.status === 'applied') return restore(change);
  return '';
}

function decide(change, follow) {
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000, 'aria-describedby': 'why-hint' });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = (decision) => async () => {
    alert.textContent = '';
    if (decision === 'reject' && reason.value.trim() === '') {
      alert.textContent = 'Say why you reject it: the agent is told, and can do better.';
      reason.focus();
      return;
    }
    const body = { decision, seal: change.seal, reason: reason.value };
    await busy(buttons, alert, async () => {
      await request(`/api/changes/${change.change_id}/decision`, { body });
      await follow();
      // What became of it stands at the top.
      document.getElementById('head').focus();
    });
  };
  buttons.append(
    h('button', { type: 'button', class: 'primary', id: 'approve', onclick: send('approve') }, 'Approve'),
    h('button', { type: 'button', class: 'danger', id: 'reject', onclick: send('reject') }, 'Reject'),
  );
  return h(
    'section',
    { class: 'panel', id: 'decide', 'aria-labelledby': 'decide-title' },
    h('h2', { id: 'decide-title' }, 'Your decision'),
    h(
      'p',
      { class: 'hint' },
      'Approving signs exactly what is shown on this page, and the server carries it out at once.',
    ),
    h('label', { for: 'why' }, 'Reason'),
    h('p', { class: 'hint', id: 'why-hint' }, 'Needed to reject; the agent reads it. It becomes part of the record.'),
    reason,
    alert,
    buttons,
  );
}

const choices = [
  ['refuse', 'Do nothing if somebody changed any of it since'],
  ['untouched', 'Put back only what nobody changed since'],
  ['overwrite', 'Put everything back, over what others did since (another person has to approve it)'],
];

function restore(change) {
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000 });
  const choice = h(
    'select',
    { id: 'choice' },
    choices.map(([value, label]) => h('option', { value }, label)),
  );
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
      const body = { reason: reason.value, choice: choice.value };
      const { change_id: id } = await request(`/api/changes/${change.change_id}/restore`, { body });
      location.assign(`/changes/${id}`);
    });
  };
  buttons.append(h('button', { type: 'button', id: 'restore', onclick: send }, 'Prepare the restore'));
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'restore-title' },
    h('h2', { id: 'restore-title' }, 'Put back what was there'),
    h(
      'p',
      { class: 'hint' },
      'This makes a change of its own. You see what it would do, and decide on it, before anything is written.',
    ),
    h('label', { for: 'why' }, 'Reason'),
    reason,
    h('label', { for: 'choice' }, 'If others worked on it since'),
    choice,
    alert,
    buttons,
  );
}
