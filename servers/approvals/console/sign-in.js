import { problem } from './dom.js';
import { hasKey, keepKey, request } from './request.js';

const returnName = 'countersign-return';
const [, token] = /^\/sign-in\/([^/]+)$/.exec(location.pathname) ?? [];
const wanted = new URLSearchParams(location.search).get('to') ?? '';

if (token === undefined) await tellHow();
else offer();

/** Someone who came from elsewhere may be signed in: the browser keeps the cookie back on the first step only. */
async function tellHow() {
  const isOurs = /^\/(changes\/chg_[0-9a-z]{26})?$/.test(wanted);
  if (isOurs) sessionStorage.setItem(returnName, wanted);
  if (isOurs && hasKey() && (await request('/api/session').catch(() => null))) location.replace(wanted);
  else howSection();
}

function howSection() {
  document.getElementById('how').hidden = false;
  const said = document.getElementById('printed');
  document.getElementById('new-link').addEventListener('click', async () => {
    try {
      await request('/sign-in-links', { body: {} });
      said.textContent = 'Printed. It works once, within ten minutes.';
    } catch (error) {
      said.textContent = problem(error);
    }
  });
}

/** Opening the link used nothing up; pressing the button does. */
function offer() {
  document.getElementById('redeem').hidden = false;
  const button = document.getElementById('sign-in');
  const alert = document.getElementById('problem');
  button.addEventListener('click', async () => {
    button.disabled = true;
    alert.textContent = '';
    try {
      const { key } = await request('/sign-in', { body: { token } });
      keepKey(key);
      const to = sessionStorage.getItem(returnName) ?? '/';
      sessionStorage.removeItem(returnName);
      // The address of the link is left out of the history: it is used up, and looks like a secret.
      location.replace(to);
    } catch (error) {
      alert.textContent = problem(error);
      button.disabled = false;
    }
  });
}
