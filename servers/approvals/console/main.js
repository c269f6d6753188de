import { openAgent } from './agent.js';
import { openBringBack } from './bring-back.js';
import { openChange } from './change.js';
import { h, problem } from './dom.js';
import { openGrants } from './grants.js';
import { openHeader, showPerson } from './header.js';
import { openInbox } from './inbox.js';
import { openKeys } from './keys.js';
import { openPast } from './past.js';
import { Refused, request } from './request.js';
import { openSet } from './set.js';
import { openTerminal } from './terminal.js';

const main = document.getElementById('main');

openHeader();
openKeys();

try {
  const person = await request('/api/session');
  showPerson(person);
  const [, kind, id] = /^\/(changes|sets|terminal|agents)\/([^/]+)$/.exec(location.pathname) ?? [];
  const open = { changes: openChange, sets: openSet, terminal: openTerminal, agents: openAgent }[kind] ?? list();
  await open(main, id, person);
} catch (error) {
  fail(error);
}

/** What is shown where no single thing is asked for. */
function list() {
  if (location.pathname === '/grants') return openGrants;
  if (location.pathname === '/bring-back') return openBringBack;
  return new URLSearchParams(location.search).get('show') === 'all' ? openPast : openInbox;
}

/** Signed out goes to the page that says how to sign in; everything else is told here. */
function fail(error) {
  if (error instanceof Refused && error.status === 401) {
    location.replace(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
    return;
  }
  main.replaceChildren(
    h('section', { class: 'empty' }, h('h1', {}, 'This cannot be shown'), h('p', { role: 'alert' }, problem(error))),
    h('p', {}, h('a', { href: '/' }, 'All changes')),
  );
}
