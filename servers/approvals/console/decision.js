import { busy } from './busy.js';
import { members, undecided } from './chain.js';
import { h } from './dom.js';
import { grantOffer } from './grant-offer.js';
import { sendDecision } from './passkey.js';
import { restoreForm, restorePanel } from './restore.js';
import { resumePanel } from './resume.js';
import { settlePanel } from './settle.js';
import { rejections } from './words.js';

/** What a person can do about a change now. */
export function decisionPanel(change, follow) {
  if (change.status === 'pending_approval') return change.broken ? '' : decide(change, follow);
  if (change.doubt) return settlePanel(change, follow);
  if (change.status === 'partial') return h('div', {}, resumePanel(change, follow), restorePanel(change));
  if (change.status === 'applied') return restorePanel(change);
  if (change.status === 'failed' && change.difference && change.also.length === 0) return askAgain(change);
  return '';
}

/** What can still be done about a change that others worked on, after a restore of it was refused. */
function askAgain({ restores, difference }) {
  const title = h('h2', { id: 'again-title' }, 'Put back what was there');
  return h('section', { class: 'panel', 'aria-labelledby': 'again-title' }, title, restoreForm(restores, difference));
}

function decide(change, follow) {
  const first = undecided(change);
  const blocked = first.filter((one) => one.there_only);
  const approves = blocked.length === 0 && (change.there?.here ?? true);
  return decisionForm({
    path: `/api/changes/${change.change_id}/decision`,
    seal: change.seal,
    approves,
    hint: hintOf(change, { first, blocked, approves }),
    first,
    follow,
    offer: first.length === 0 ? grantOffer(change) : null,
    again: change.requester.kind === 'agent' && change.restores === null && !change.versions.last,
  });
}

/** What whoever decides has to know. */
function hintOf({ review }, { first, blocked, approves }) {
  if (blocked.length > 0) {
    return [
      'It can be approved once what comes before it is, which a review on GitHub approves; here it can be turned down.',
      members(blocked),
    ];
  }
  if (!approves) return 'It is approved by a review on GitHub, not here; here it can be turned down.';
  if (first.length === 0) return `Approving signs exactly what is shown on this page, and ${whatFollows(review)}.`;
  return [
    'Approving signs this and, with it, what comes before and is not decided yet. Look at each first; to reject is to reject this one alone.',
    members(first),
  ];
}

/** What an approval does: with a quorum, only the last one sets anything going. */
function whatFollows({ missing, quorum, owners }) {
  if (owners)
    return 'the server carries it out once one of the owners of each file, and enough people, have approved it';
  return missing > 1
    ? `${missing - 1} more of ${quorum} have to approve it before it is carried out`
    : 'the server carries it out at once';
}

/**
 * Asks for a decision on what has a seal, a change or a set of them; `first` are changes that are approved with it,
 * `again` is whether its agent can be asked for a new version, `offer` what can be allowed with the approval. Without
 * `approves`, it is only turned down here.
 */
export function decisionForm({ path, seal, hint, follow, first = [], again = false, offer = null, approves = true }) {
  const reason = h('textarea', { id: 'why', rows: 3, maxlength: 2000, 'aria-describedby': 'why-hint' });
  const category = categoryBox();
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const missing = (decision, asked) => {
    if (decision === 'approve') return offer?.problem() ?? null;
    if (reason.value.trim() === '') return [reason, asked ? whatShouldBe : sayWhy];
    return asked || category.value !== ''
      ? null
      : [category, 'Choose what is wrong with it, or that it is something else.'];
  };
  const send = (decision, asked) => async () => {
    const [box, problem = ''] = missing(decision, asked) ?? [];
    alert.textContent = problem;
    if (box) {
      box.focus();
      return;
    }
    const others = first.map((one) => ({ change_id: one.change_id, seal: one.seal }));
    const together = decision === 'approve' && others.length > 0 ? { with: others } : {};
    const grant = decision === 'approve' ? (offer?.value() ?? null) : null;
    const body = {
      decision,
      seal,
      reason: reason.value,
      ...together,
      ...(grant && { grant }),
      ...(decision === 'reject' && { category: asked ?? category.value }),
    };
    await busy(buttons, alert, async () => {
      await sendDecision(path, body);
      await follow();
      // What became of it stands at the top.
      document.getElementById('head').focus();
    });
  };
  buttons.append(
    approves
      ? h('button', { type: 'button', class: 'primary', id: 'approve', onclick: send('approve') }, 'Approve')
      : '',
    again
      ? h('button', { type: 'button', id: 'again', onclick: send('reject', 'needs_changes') }, 'Ask for a new version')
      : '',
    h('button', { type: 'button', class: 'danger', id: 'reject', onclick: send('reject') }, 'Reject'),
  );
  return h(
    'section',
    { class: 'panel', id: 'decide', 'aria-labelledby': 'decide-title' },
    h('h2', { id: 'decide-title' }, 'Your decision'),
    h('div', { class: 'hint' }, hint),
    h('label', { for: 'why' }, 'Reason'),
    h(
      'p',
      { class: 'hint', id: 'why-hint' },
      again
        ? 'Needed to reject, and to ask for a new version; the agent reads it. '
        : 'Needed to reject; whoever asked for it reads it. ',
      'It becomes part of the record.',
    ),
    reason,
    h('label', { for: 'category' }, 'If you reject it, it is'),
    category,
    offer ? offer.element : '',
    alert,
    buttons,
  );
}

const sayWhy = 'Say why you reject it: the agent is told, and can do better.';
const whatShouldBe = 'Say what should be otherwise: the agent is told, and makes a new version.';

/** What is wrong, to be chosen by whoever rejects. */
function categoryBox() {
  const offered = Object.entries(rejections).filter(([value]) => value !== 'needs_changes');
  return h(
    'select',
    { id: 'category' },
    h('option', { value: '' }, '(choose one)'),
    offered.map(([value, { label }]) => h('option', { value }, label)),
  );
}
