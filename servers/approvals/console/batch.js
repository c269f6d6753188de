import { count, foreign, h, openDialog, problem } from './dom.js';
import { sendDecision } from './passkey.js';

/**
 * Approves several changes, each by its own seal and with a request of its own: one that cannot be approved stops no
 * other. What is flagged, or belongs to a set, has to be looked at by itself; what a review on GitHub approves, there.
 */
export function batch(onDone) {
  const selected = new Map();
  const bar = h('div', { class: 'bulk', role: 'region', 'aria-label': 'Selected changes', hidden: true });
  const results = h('div', { role: 'status' });
  const toggle = (change, on) => {
    if (on) selected.set(change.change_id, change);
    else selected.delete(change.change_id);
    show();
  };
  const show = () => {
    for (const box of document.querySelectorAll('input[data-select]')) box.checked = selected.has(box.dataset.select);
    bar.hidden = selected.size === 0;
    bar.replaceChildren(
      h('span', {}, `${count(selected.size, 'change')} selected`),
      h('button', { type: 'button', class: 'quiet', onclick: clear }, 'Clear'),
      h(
        'button',
        { type: 'button', class: 'primary', id: 'approve-selected', onclick: ask },
        `Approve ${selected.size}…`,
      ),
    );
  };
  const clear = () => {
    selected.clear();
    show();
  };
  const ask = () => {
    // Oldest first: what comes after another change can only be approved after it.
    const chosen = [...selected.values()].sort((one, other) => (one.change_id < other.change_id ? -1 : 1));
    confirm(chosen, async () => {
      clear();
      await approveAll(chosen, results);
      await onDone();
    });
  };
  return {
    bar,
    results,
    update: (shown) => {
      for (const id of selected.keys())
        if (!shown.some((one) => one.change_id === id && canBeSelected(one))) selected.delete(id);
      show();
    },
    box: (change) => {
      if (!canBeSelected(change)) return null;
      const onchange = (event) => toggle(change, event.currentTarget.checked);
      return h('input', {
        type: 'checkbox',
        'data-select': change.change_id,
        checked: selected.has(change.change_id),
        'aria-label': `Select: ${change.summary}`,
        onchange,
      });
    },
    all: (changes) => {
      const can = changes.filter(canBeSelected);
      if (can.length === 0) return null;
      const onclick = () => {
        for (const change of can) toggle(change, true);
      };
      return h('button', { type: 'button', class: 'quiet', onclick }, `Select ${can.length} without flags`);
    },
  };
}

function canBeSelected({ flags, seal, set, there_only: thereOnly }) {
  return flags.length === 0 && seal !== null && set === null && !thereOnly;
}

function confirm(chosen, approve) {
  const close = () => dialog.close();
  const go = () => {
    dialog.close();
    approve();
  };
  const dialog = openDialog(
    { 'aria-labelledby': 'confirm-title' },
    h('h2', { id: 'confirm-title' }, `Approve ${count(chosen.length, 'change')}?`),
    h(
      'p',
      { class: 'hint' },
      'Each is signed by itself and carried out at once, exactly as it was proposed. Open one to see all of it.',
    ),
    h(
      'ul',
      {},
      chosen.map(({ change_id: id, summary }) =>
        h('li', {}, h('a', { href: `/changes/${id}`, target: '_blank', rel: 'noreferrer' }, foreign(summary))),
      ),
    ),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', autofocus: true, onclick: go }, `Approve ${chosen.length}`),
      h('button', { type: 'button', onclick: close }, 'Cancel'),
    ),
  );
}

const notAppliedYet = 'Approved. It is not applied yet: ';
const waitsForOthers = 'Your approval is kept. Others have to approve it too: ';

async function approveAll(chosen, results) {
  const lines = h('ul', { class: 'outcomes' });
  const title = h('h2', {}, 'Your decisions');
  const dismiss = h('button', { type: 'button', class: 'quiet', onclick: () => results.replaceChildren() }, 'Dismiss');
  results.replaceChildren(h('section', { class: 'panel' }, h('div', { class: 'top' }, title, dismiss), lines));
  for (const { change_id: id, seal, summary } of chosen) {
    const [word, why] = await sendDecision(`/api/changes/${id}/decision`, { decision: 'approve', seal }).then(
      ({ status }) => ['approved', status === 'pending_approval' ? waitsForOthers : notAppliedYet],
      (error) => ['refused', `Not approved. ${problem(error)} `],
    );
    lines.append(h('li', { class: word }, why, h('a', { href: `/changes/${id}` }, foreign(summary))));
  }
}
