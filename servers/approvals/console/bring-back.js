import { busy } from './busy.js';
import { h } from './dom.js';
import { request } from './request.js';
import { tabs } from './tabs.js';

const tool = 'bring_back_namespace';

/** Where somebody asks that the pages of a namespace be what they were at a moment: a change, which waits for its decision. */
export async function openBringBack(main, _id, person) {
  document.title = 'Bring a namespace back · Countersign';
  const { choices } = await request(`/api/requests/${tool}/choices`);
  main.replaceChildren(tabs('back', person), choices.length === 0 ? nothing() : form(choices));
}

function nothing() {
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, 'There is no namespace for you to bring back'),
    h('p', {}, 'This is for those who decide what agents write anywhere in one.'),
  );
}

function form(choices) {
  const namespace = h(
    'select',
    { id: 'namespace' },
    choices.map((one) => h('option', { value: one.namespace }, one.namespace)),
  );
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000 });
  const { fields, moment } = momentFields();
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' }, h('button', { class: 'primary', id: 'ask' }, 'Ask for it…'));
  const send = async (event) => {
    event.preventDefault();
    alert.textContent = '';
    const at = moment();
    if (typeof at === 'string' && reason.value.trim() !== '') {
      await busy(buttons, alert, async () => {
        const args = { namespace: namespace.value, at, reason: reason.value };
        const { change_id: made } = await request('/api/requests', { body: { tool, arguments: args } });
        location.assign(`/changes/${made}`);
      });
      return;
    }
    alert.textContent = typeof at === 'string' ? 'Say why: it becomes part of the record.' : at.wrong;
    (typeof at === 'string' ? reason : fields[1]).focus();
  };
  return h(
    'form',
    { class: 'panel', novalidate: true, onsubmit: send },
    h(
      'p',
      {},
      'Its pages become what everybody saw at a moment: texts, titles and places. What was put into the trash since comes ' +
        'out of it, what was made since goes into it.',
    ),
    h(
      'p',
      { class: 'hint' },
      'This makes a change of its own: you see each page before and after, and nothing is written before it is approved. ' +
        'Where it takes back what people wrote, another person than you has to approve it.',
    ),
    h('label', { for: 'namespace' }, 'Namespace'),
    namespace,
    fields,
    h('label', { for: 'why' }, 'Reason'),
    h('p', { class: 'hint', id: 'why-hint' }, 'It becomes part of the record.'),
    reason,
    alert,
    buttons,
  );
}

/** Where a moment is entered in the zone of whoever is there, and what it is in UTC. */
function momentFields() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const input = h('input', { type: 'datetime-local', id: 'moment', step: 1, 'aria-describedby': 'moment-hint utc' });
  const utc = h('output', { id: 'utc', for: 'moment' });
  const moment = () => {
    const at = new Date(input.value);
    if (Number.isNaN(at.getTime())) return { wrong: 'Give a date and a time.' };
    if (at.getTime() > Date.now()) return { wrong: 'That moment is yet to come.' };
    return at.toISOString();
  };
  input.addEventListener('input', () => {
    const at = moment();
    utc.textContent = typeof at === 'string' ? `${at.slice(0, 19).replace('T', ' ')} UTC` : '';
  });
  return {
    moment,
    fields: [
      h('label', { for: 'moment' }, 'Moment'),
      input,
      h('p', { class: 'hint', id: 'moment-hint' }, `In your time zone, ${zone}. `, utc),
    ],
  };
}
