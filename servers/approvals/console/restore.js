import { busy } from './busy.js';
import { differenceSection, needsChoice } from './difference.js';
import { h } from './dom.js';
import { request } from './request.js';
import { choices } from './words.js';

const lookMs = 200;
const patienceMs = 15_000;

/** The way to put a change back: first what is there now, then what to do about it. */
export function restorePanel(change) {
  const found = h('div', { 'aria-live': 'polite' });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const look = () =>
    busy(buttons, alert, async () => {
      alert.textContent = '';
      const compared = await compare(change.change_id);
      found.replaceChildren(
        ...(compared.difference ? [differenceSection(compared.difference)] : [compared.note ?? '']),
      );
      if (compared.difference) found.append(restoreForm(change.change_id, compared.difference));
    });
  buttons.append(h('button', { type: 'button', id: 'compare', onclick: look }, 'Compare with what is there now'));
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'restore-title' },
    h('h2', { id: 'restore-title' }, 'Put back what was there'),
    h(
      'p',
      { class: 'hint' },
      'Nothing is written: you see what was there before, what the change left and what is there now. Then you choose.',
    ),
    buttons,
    alert,
    found,
  );
}

/** Has the server that made the change look at what is there now, and waits for what it found. */
async function compare(id) {
  const { change_id: asked } = await request(`/api/changes/${id}/restore`, { body: { dry_run: true } });
  for (const until = Date.now() + patienceMs; ; ) {
    const compared = await request(`/api/changes/${asked}`, { poll: true });
    if (compared.status !== 'planning') return compared;
    if (Date.now() > until)
      throw new Error('The server that made the change does not answer yet. Try again in a while.');
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Asks what to do about a change, once it is known what is there now. */
export function restoreForm(id, difference) {
  const possible = difference.outcomes.filter(({ refused }) => refused === null).map(({ choice }) => choice);
  if (possible.length === 0) return h('p', {}, 'There is nothing that could be put back.');
  const asks = needsChoice(difference);
  const offered = asks ? possible : possible.slice(0, 1);
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000 });
  const choice = h(
    'select',
    { id: 'choice' },
    offered.map((value) => h('option', { value }, choices[value])),
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
      const { change_id: made } = await request(`/api/changes/${id}/restore`, { body });
      location.assign(`/changes/${made}`);
    });
  };
  buttons.append(h('button', { type: 'button', id: 'restore', onclick: send }, 'Prepare the restore'));
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'hint' },
      'This makes a change of its own, which is decided like any other before anything is written.',
    ),
    asks ? [h('label', { for: 'choice' }, 'Others worked on it since'), choice] : null,
    h('label', { for: 'why' }, 'Reason'),
    reason,
    alert,
    buttons,
  );
}
