import { openChange } from './change.js';
import { h, problem } from './dom.js';
import { openList } from './list.js';
import { forgetKey, Refused, request } from './request.js';

const main = document.getElementById('main');

document.getElementById('sign-out').addEventListener('click', async () => {
  await request('/api/sign-out', { body: {} }).catch(() => {});
  forgetKey();
  location.assign('/sign-in');
});

try {
  const { subject } = await request('/api/session');
  document.getElementById('who').append(`Signed in as ${subject}`);
  const [, id] = /^\/changes\/([^/]+)$/.exec(location.pathname) ?? [];
  await (id === undefined ? openList(main) : openChange(main, id));
} catch (error) {
  fail(error);
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
