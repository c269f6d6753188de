import { busy } from './busy.js';
import { h, shown } from './dom.js';
import { request } from './request.js';

/** Longer than the server takes to say that it cannot go on, in milliseconds. */
const lookMs = 2_000;

/** What is left of a partial change, and the way to go on with it. */
export function resumePanel(change, follow) {
  if (change.left.length === 0) return '';
  const reason = h('textarea', { id: 'resume-why', rows: 2, maxlength: 2000 });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = async () => {
    alert.textContent = '';
    if (reason.value.trim() === '') {
      alert.textContent = 'Say why it can go on: it becomes part of the record.';
      reason.focus();
      return;
    }
    await busy(buttons, alert, async () => {
      await request(`/api/changes/${change.change_id}/resume`, { body: { reason: reason.value } });
      alert.textContent = 'Asked for. The record says below how it went on.';
      await follow();
      // A change that stays partial is not followed any more: one look shows why it could not go on.
      setTimeout(() => follow().catch(() => {}), lookMs);
    });
  };
  buttons.append(h('button', { type: 'button', id: 'resume', onclick: send }, 'Go on with the rest'));
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'resume-title' },
    h('h2', { id: 'resume-title' }, 'What is left'),
    h(
      'ul',
      {},
      change.left.map((step) => h('li', { class: 'code' }, shown(step))),
    ),
    h('p', { class: 'hint' }, 'It goes on under the approval that it has, with everything checked again.'),
    h('label', { for: 'resume-why' }, 'Reason to go on'),
    reason,
    alert,
    buttons,
  );
}
