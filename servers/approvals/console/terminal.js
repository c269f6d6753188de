import { busy } from './busy.js';
import { exactly, foreign, h } from './dom.js';
import { request } from './request.js';

/** A terminal asks to be signed in as whoever looks at this. */
export async function openTerminal(main, id) {
  const path = `/api/terminals/${encodeURIComponent(id)}`;
  const asked = await request(path);
  const alert = h('p', { class: 'error', role: 'alert' });
  const buttons = h('div', { class: 'buttons' });
  const answer = (verdict, said) => () =>
    busy(buttons, alert, async () => {
      await request(path, { body: { answer: verdict } });
      main.replaceChildren(h('section', { class: 'empty', role: 'status' }, h('h1', {}, said)));
    });
  buttons.append(
    h(
      'button',
      { type: 'button', id: 'confirm', class: 'primary', onclick: answer('confirm', 'The terminal is signed in') },
      'It is mine, with this code: sign it in',
    ),
    h('button', { type: 'button', id: 'refuse', onclick: answer('refuse', 'The terminal was refused') }, 'Refuse'),
  );
  const fact = (name, ...value) => h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
  main.replaceChildren(
    h(
      'section',
      { class: 'panel', 'aria-labelledby': 'terminal-title' },
      h('h1', { id: 'terminal-title' }, 'Sign in a terminal as you?'),
      h('p', {}, 'Code: ', h('b', { class: 'code', id: 'terminal-code' }, asked.code)),
      h(
        'dl',
        { class: 'facts' },
        fact('Says that it is on', foreign(asked.host)),
        fact('Asks from', foreign(asked.address)),
        fact('Asked', exactly(asked.asked_at)),
        fact('Ends', exactly(asked.expires_at)),
      ),
      h(
        'p',
        { class: 'warn' },
        'Go on only if you have just typed “countersign sign-in” yourself and the same code stands in that terminal. ',
        'Did somebody send you this page? Refuse: they would see and decide changes in your name.',
      ),
      alert,
      buttons,
    ),
  );
}
