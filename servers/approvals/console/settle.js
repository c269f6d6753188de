import { busy } from './busy.js';
import { exactly, foreign, h, shown } from './dom.js';
import { request } from './request.js';

/** What a person can do about a change in doubt: look for themselves, and say what they found. */
export function settlePanel(change, follow) {
  const { doubt } = change;
  const title = h('h2', { id: 'settle-title' }, 'Did it happen?');
  const places = h(
    'ul',
    {},
    doubt.where.map((place) => h('li', { class: 'code' }, shown(place))),
  );
  const facts = [
    h('p', {}, 'The answer to the step ', foreign(doubt.step), ' was lost. It was begun ', exactly(doubt.since), '.'),
    h('p', {}, 'The server looks for this: ', shown(doubt.looked_for), ' You can look here:'),
    places,
  ];
  const rest = doubt.answered
    ? [h('p', {}, 'Somebody has said what became of it; the server looks once more and goes on.')]
    : form(change, follow);
  return h('section', { class: 'panel', 'aria-labelledby': 'settle-title' }, title, ...facts, ...rest);
}

function form(change, follow) {
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000, 'aria-describedby': 'why-hint' });
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = (answer) => async () => {
    alert.textContent = '';
    if (reason.value.trim() === '') {
      alert.textContent = 'Say how you know: it becomes part of the record.';
      reason.focus();
      return;
    }
    await busy(buttons, alert, async () => {
      const { step, seal } = change.doubt;
      await request(`/api/changes/${change.change_id}/settle`, { body: { step, answer, seal, reason: reason.value } });
      await follow();
      document.getElementById('head').focus();
    });
  };
  buttons.append(
    h('button', { type: 'button', id: 'happened', onclick: send('happened') }, 'It happened'),
    h('button', { type: 'button', id: 'did-not-happen', onclick: send('did_not_happen') }, 'It did not happen'),
  );
  return [
    h('p', {}, 'It can be settled by hand from ', exactly(change.doubt.settle_from), ' on.'),
    h('label', { for: 'why' }, 'Reason'),
    h('p', { class: 'hint', id: 'why-hint' }, 'How you know. Your word is signed, and the change goes on with it.'),
    reason,
    alert,
    buttons,
  ];
}
