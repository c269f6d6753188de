import { busy } from './busy.js';
import { foreign, h, openDialog, problem, when } from './dom.js';
import { request } from './request.js';

/** Whether a change is assigned to whoever is signed in. */
export function isMine({ attention }, person) {
  const who = attention?.assigned?.who;
  if (!who) return false;
  if (who.person !== null) return who.person === person.person;
  return who.issuer === person.issuer && who.subject === person.subject;
}

/** Whether it was escalated to whoever is signed in. */
function isEscalatedTo({ attention }, { person, groups }) {
  const names = [`person:${person}`, ...groups.map(({ group }) => `group:${group}`)];
  return attention?.escalated?.to.some((one) => names.includes(one)) ?? false;
}

/** What a card says of who looks at a change, and of how long nobody has. */
export function attentionMarks(change, person) {
  if (!change.attention) return [];
  const { assigned, reminded_at: reminded, escalated } = change.attention;
  const to = isEscalatedTo(change, person) ? 'you' : escalated?.to.join(', ');
  return [
    assigned?.who
      ? h('span', {}, 'assigned to ', h('b', {}, isMine(change, person) ? 'you' : foreign(assigned.who.name)))
      : null,
    reminded && !escalated ? h('span', { class: 'warn' }, 'reminded ', when(reminded)) : null,
    escalated ? h('span', { class: 'warn' }, 'escalated to ', h('b', {}, foreign(to)), ' ', when(escalated.at)) : null,
  ];
}

/** Who looks at a change, and the way to say so. It is a note: it lets nobody decide. */
export function attentionSection(change, person, follow) {
  if (change.status !== 'pending_approval' || !change.attention || change.broken) return '';
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const send = (to) =>
    busy(buttons, alert, async () => {
      alert.textContent = '';
      const seen = change.attention.assigned?.id ?? null;
      await request(`/api/changes/${change.change_id}/assignment`, { body: { to, seen } });
      await follow();
      document.querySelector('#attention button')?.focus();
    });
  const who = change.attention.assigned?.who;
  const button = (label, onclick) => h('button', { type: 'button', onclick }, label);
  buttons.append(
    ...[
      isMine(change, person) ? null : button('Take it', () => send('me')),
      button('Assign to…', () => choose(change, send, alert)),
      who ? button('Give it back', () => send('nobody')) : null,
    ].filter((one) => one !== null),
  );
  return h(
    'section',
    { id: 'attention', class: 'attention', 'aria-label': 'Who looks at it' },
    h('p', { class: 'meta' }, standing(change, person)),
    buttons,
    alert,
  );
}

function standing(change, person) {
  const { assigned } = change.attention;
  const marks = attentionMarks(change, person);
  if (assigned?.who) return [marks, h('span', {}, 'by ', foreign(assigned.by.name), ' ', when(assigned.at))];
  return [h('span', {}, 'assigned to nobody'), marks];
}

/** Asks which of those who could approve it. */
async function choose(change, send, alert) {
  let people;
  try {
    ({ people } = await request(`/api/changes/${change.change_id}/assignees`));
  } catch (error) {
    alert.textContent = problem(error);
    return;
  }
  if (people.length === 0) {
    alert.textContent = 'The list of people names nobody who could approve it. Who can may take it.';
    return;
  }
  const select = h(
    'select',
    { id: 'assignee' },
    people.map(({ person, name }) => h('option', { value: person }, name)),
  );
  const assign = () => {
    dialog.close();
    send({ person: select.value });
  };
  const dialog = openDialog(
    { 'aria-labelledby': 'assign-title' },
    h('h2', { id: 'assign-title' }, 'Assign to'),
    h(
      'p',
      { class: 'hint' },
      'A note to the others who may decide it. It lets nobody decide, and keeps nobody from it.',
    ),
    h('label', { for: 'assignee' }, 'Person'),
    select,
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', onclick: assign }, 'Assign'),
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
    ),
  );
}
