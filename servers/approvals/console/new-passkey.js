import { busy } from './busy.js';
import { h, openDialog } from './dom.js';
import { makePasskey } from './passkey.js';

/** Has a passkey made, and shows what the operator needs to let it count. This console keeps nothing of it. */
export function openNewPasskey() {
  const name = h('input', { type: 'text', id: 'passkey-name', maxlength: 100, value: 'My device' });
  const alert = h('p', { class: 'error', role: 'alert' });
  const made = h('div', { role: 'status' });
  const buttons = h('div', { class: 'buttons' });
  const make = () =>
    busy(buttons, alert, async () => {
      alert.textContent = '';
      made.replaceChildren(...line(await makePasskey(name.value)));
    });
  buttons.append(
    h('button', { type: 'button', class: 'primary', id: 'make-passkey', onclick: make }, 'Make a passkey'),
    h('button', { type: 'button', onclick: () => dialog.close() }, 'Close'),
  );
  const dialog = openDialog(
    { 'aria-labelledby': 'passkey-title' },
    h('h2', { id: 'passkey-title' }, 'A passkey of yours'),
    h(
      'p',
      { class: 'hint' },
      'Some review rules ask for one: it signs what you approve, on your device, after your finger, face or PIN.',
    ),
    h('label', { for: 'passkey-name' }, 'What you call the device'),
    name,
    made,
    alert,
    buttons,
  );
}

function line({ person, entry }) {
  return [
    h(
      'p',
      {},
      'It is made, and counts for nothing yet. Give this line to the operator, in a way in which they know that it is you. It belongs into the list of people, under ',
      h('b', {}, person),
      ', ',
      h('code', {}, 'passkeys'),
      '.',
    ),
    h('label', { for: 'passkey-entry' }, 'The line'),
    h('textarea', { id: 'passkey-entry', rows: 5, readonly: true }, `- ${entry}`),
  ];
}
