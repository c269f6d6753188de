/** Makes an element. Children are text or nodes; text never becomes markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Shows a dialog over the page; it is gone when it is closed. */
export function openDialog(properties, ...children) {
  const dialog = h('dialog', { ...properties, onclose: () => dialog.remove() }, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** How the server spells out what could not be seen or trusted; nothing else looks like this. */
const marks = /(⟨U\+[0-9A-F]{4,6} [^⟩]*⟩)/u;

/** So many of them in a text are set off: an element takes only so many children at once, and a page only so many elements. */
const mostSetOff = 2_000;

/** Text from outside, with the characters that the server spelt out set off from the rest. */
export function shown(text) {
  const parts = text.split(marks);
  const rest = parts.splice(2 * mostSetOff).join('');
  return [...parts.map((part, index) => (index % 2 === 1 ? h('mark', { class: 'unseen' }, part) : part)), rest];
}

/** An inline text from outside that cannot reorder what stands around it. */
export function foreign(text) {
  return h('bdi', {}, shown(text));
}

/** With the time zone: a record is read by others, and elsewhere. */
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A time as "3 minutes ago", with the exact one at hand. It goes on being true while the page is open. */
export function when(iso) {
  return h('time', { datetime: iso, title: dates.format(new Date(iso)), 'data-relative': true }, fromNow(iso));
}

function fromNow(iso) {
  const ms = new Date(iso).getTime() - Date.now();
  const [unit, size] = units.find(([, length]) => Math.abs(ms) >= length) ?? units.at(-1);
  return relative.format(Math.trunc(ms / size), unit);
}

/** Brings the times on the page up to date. */
export function tick() {
  for (const time of document.querySelectorAll('time[data-relative]')) time.textContent = fromNow(time.dateTime);
}

/** A time in full. */
export function exactly(iso) {
  return h('time', { datetime: iso }, dates.format(new Date(iso)));
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** An error as its reader needs it. */
export function problem(error) {
  if (error instanceof TypeError) return 'The approvals server does not answer. Is it running?';
  return [error.message, error.next].filter(Boolean).join(' ');
}
