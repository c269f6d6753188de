import { openNewPasskey } from './new-passkey.js';
import { forgetKey, request } from './request.js';

const element = (id) => document.getElementById(id);

const howWords = {
  link: () => 'Signed in by a one-time link of this machine.',
  token: () => 'Signed in with the preset token.',
  oidc: (issuer) => `Signed in at ${issuer}.`,
  iap: () => 'Signed in through Google’s Identity-Aware Proxy.',
  'cloudflare-access': (issuer) => `Signed in through Cloudflare Access, ${issuer}.`,
};

/** Makes the header’s buttons work. */
export function openHeader() {
  element('sign-out').addEventListener('click', () => signOut(false));
  element('new-passkey').addEventListener('click', openNewPasskey);
  element('sign-out-everywhere').addEventListener('click', () => signOut(true));
}

let leaving = false;

/** Whether this page is on its way to where one is signed out; nothing else may lead it somewhere then. */
export const isLeaving = () => leaving;

async function signOut(everywhere) {
  leaving = true;
  await request('/api/sign-out', { body: { everywhere } }).catch(() => {});
  forgetKey();
  location.assign('/sign-in?out');
}

/** Says who is signed in, and how. A name can be chosen by whoever has it: the subject is always shown beside it. */
export function showPerson({ issuer, subject, how, name, person, groups }) {
  element('who-name').textContent = `Signed in as ${name ?? person ?? subject}`;
  const known = person === null ? '' : ` Known here as ${person}.`;
  element('who-how').textContent = `${howWords[how](issuer)} Subject: ${subject}.${known}`;
  // A passkey is of somebody in the list of people.
  element('passkeys').hidden = person === null;
  element('who-groups').textContent =
    groups.length === 0 ? '' : `Groups: ${groups.map(({ group }) => group).join(', ')}.`;
}
