import { h, openDialog, tick } from './dom.js';

const offName = 'countersign-keys-off';
const tickMs = 20_000;

const list = [
  ['j, k', 'Next, previous change in the list'],
  ['Enter', 'Open it'],
  ['Space', 'Select it, when it has no flags'],
  ['a', 'Approve: what is selected, or the open change. You are asked first'],
  ['r', 'Reject the open change: write why, then press the button'],
  ['/', 'Search'],
  ['u', 'Back to what waits'],
  ['?', 'This help'],
];

/** Single keys for whoever decides much. They can be switched off, and nothing needs them. */
export function openKeys() {
  setInterval(tick, tickMs);
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input:not([type=checkbox]), textarea, select, dialog');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const isOff = localStorage.getItem(offName) !== null && event.key !== '?';
    if (!isOff && actions[event.key]?.(event.target) === true) event.preventDefault();
  });
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  ' ': (target) => press(target.matches('.card h2 a') && target.closest('.card').querySelector('input[data-select]')),
  a: () => press(document.querySelector('.bulk:not([hidden]) #approve-selected')) || askToApprove(),
  r: () => jump(document.querySelector('#decide textarea')),
  '/': () => {
    const box = document.querySelector('#q');
    if (!box) location.assign('/?show=all');
    return jump(box);
  },
  u: () => {
    location.assign('/');
    return true;
  },
  '?': () => help(),
};

/** Goes through what is open in the list. */
function step(by) {
  const all = [...document.querySelectorAll('.card h2 a, .group > summary')].filter((one) => one.checkVisibility());
  const at = all.indexOf(document.activeElement);
  const first = by > 0 ? 0 : all.length - 1;
  return jump(all[at === -1 ? first : at + by]);
}

function jump(element) {
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
  return Boolean(element);
}

function press(element) {
  if (element) element.click();
  return Boolean(element);
}

/** A key that was pressed by mistake must not decide. */
function askToApprove() {
  const approve = document.querySelector('#approve');
  if (!approve) return false;
  const dialog = openDialog(
    { 'aria-labelledby': 'sure-title' },
    h('h2', { id: 'sure-title' }, 'Approve this change?'),
    h('p', {}, document.querySelector('#head h1')?.textContent ?? ''),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', autofocus: true, onclick: () => dialog.close('yes') }, 'Approve'),
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
    ),
  );
  dialog.addEventListener('close', () => dialog.returnValue === 'yes' && approve.click());
  return true;
}

/** What the keys do, and whether they do it. */
export function help() {
  const off = h('input', { type: 'checkbox', id: 'keys-on', checked: localStorage.getItem(offName) === null });
  off.addEventListener('change', () => {
    if (off.checked) localStorage.removeItem(offName);
    else localStorage.setItem(offName, 'yes');
  });
  const dialog = openDialog(
    { 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h(
      'dl',
      { class: 'keys' },
      list.map(([key, what]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, what))),
    ),
    h('p', {}, off, ' ', h('label', { class: 'inline', for: 'keys-on' }, 'Single keys do this')),
    h('button', { type: 'button', class: 'primary', onclick: () => dialog.close() }, 'Close'),
  );
  return true;
}
