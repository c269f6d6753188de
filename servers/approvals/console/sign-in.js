import { problem } from './dom.js';
import { hasKey, keepKey, request } from './request.js';

const returnName = 'countersign-return';
const ticketName = 'countersign-ticket';
const parameters = new URLSearchParams(location.search);
const [, token] = /^\/sign-in\/([^/]+)$/.exec(location.pathname) ?? [];

const element = (id) => document.getElementById(id);

try {
  if (token === undefined) await open();
  else if (token === 'callback') await cameBack();
  else
    offer(
      'You will be able to approve and reject what agents propose, in the name of this machine’s operator.',
      redeem,
    );
} catch (error) {
  tell(error);
  element('again').hidden = false;
}

/** Someone who came from elsewhere may be signed in: the browser keeps the cookie back on the first step only. */
async function open() {
  const wanted = parameters.get('to') ?? '';
  const isOurs =
    /^\/(changes\/chg_[0-9a-z]{26}|sets\/set_[0-9a-z]{26}|terminal\/[\w-]{22}|agents\/[\w%.~@:+-]{1,400})?$/.test(
      wanted,
    );
  if (isOurs) sessionStorage.setItem(returnName, wanted);
  if (isOurs && hasKey() && (await request('/api/session').catch(() => null))) {
    goOn();
    return;
  }
  const { how, provider } = await request('/sign-in/method');
  if (how === 'link') howSection();
  else if (how === 'oidc') offer(`You sign in at ${provider}, and come back here.`, toProvider);
  else await throughProxy();
}

/** The proxy has seen who this is. After a sign-out nobody is signed in again without being asked. */
async function throughProxy() {
  const goesOn = async () => signedIn(await request('/sign-in/proxy', { body: {} }));
  if (parameters.has('again') || parameters.has('out')) {
    offer('You are signed in at the proxy in front of this console.', goesOn);
  } else await goesOn();
}

async function toProvider() {
  const { location: there, ticket } = await request('/sign-in/oidc', { body: {} });
  if (ticket !== undefined) sessionStorage.setItem(ticketName, ticket);
  location.assign(there);
}

/** What the provider put into the address counts once, and only with the ticket of whoever began in this tab. */
async function cameBack() {
  const ticket = sessionStorage.getItem(ticketName) ?? '-';
  sessionStorage.removeItem(ticketName);
  const query = location.search;
  history.replaceState(null, '', location.pathname);
  signedIn(await request('/sign-in/callback', { body: { query, ticket } }));
}

async function redeem() {
  signedIn(await request('/sign-in', { body: { token } }));
}

/** The address of a link or an answer is left out of the history: it is used up, and looks like a secret. */
function signedIn({ key }) {
  keepKey(key);
  goOn();
}

function goOn() {
  const to = sessionStorage.getItem(returnName) ?? '/';
  sessionStorage.removeItem(returnName);
  location.replace(to);
}

/** Opening a page used nothing up; pressing the button does. */
function offer(text, act) {
  element('begin').hidden = false;
  element('explains').textContent = text;
  const button = element('sign-in');
  button.addEventListener('click', async () => {
    button.disabled = true;
    element('problem').textContent = '';
    try {
      await act();
    } catch (error) {
      tell(error);
      button.disabled = false;
    }
  });
}

function howSection() {
  element('how').hidden = false;
  const said = element('printed');
  element('new-link').addEventListener('click', async () => {
    try {
      await request('/sign-in-links', { body: {} });
      said.textContent = 'Printed. It works once, within ten minutes.';
    } catch (error) {
      said.textContent = problem(error);
    }
  });
}

function tell(error) {
  element('problem').textContent = problem(error);
}
