import { isMine } from './attention.js';
import { h } from './dom.js';
import { toolName } from './words.js';

const kindsFor = (person) => ({
  agent: { label: 'Who', all: 'everybody', of: ({ requester }) => requester.name },
  tool: { label: 'What', all: 'everything', of: ({ tool }) => tool, name: toolName },
  server: { label: 'System', all: 'every system', of: ({ server }) => server },
  place: { label: 'Where', all: 'everywhere', of: ({ place }) => place?.name ?? '' },
  flags: { label: 'Flags', all: 'flagged or not', of: ({ flags }) => (flags.length > 0 ? 'flagged' : 'not flagged') },
  assigned: { label: 'Assigned', all: 'or not', of: (change) => assignedTo(change, person) },
});

function assignedTo(change, person) {
  if (isMine(change, person)) return 'to me';
  return change.attention?.assigned?.who ? 'to others' : 'to nobody';
}

/** What of the waiting changes is shown. The choice is kept in the address. */
export function filters(onChange, person) {
  const kinds = kindsFor(person);
  const chosen = new URLSearchParams(location.search);
  const element = h('div', { class: 'filters', role: 'group', 'aria-label': 'Show only' });
  const choose = (kind) => (event) => {
    if (event.currentTarget.value === '') chosen.delete(kind);
    else chosen.set(kind, event.currentTarget.value);
    history.replaceState(null, '', `?${chosen}`);
    onChange();
  };
  const selects = Object.entries(kinds).map(([kind, { label }]) => {
    const select = h('select', { id: `only-${kind}`, onchange: choose(kind) });
    const box = h('span', {}, h('label', { for: `only-${kind}` }, label), select);
    element.append(box);
    return { kind, select, box };
  });
  return {
    element,
    matches: (change) => Object.entries(kinds).every(([kind, { of }]) => [null, of(change)].includes(chosen.get(kind))),
    /** Offers what there is to choose from; nothing where that is no choice. */
    update: (changes) => {
      for (const { kind, select, box } of selects) {
        const { of, all, name = (value) => value } = kinds[kind];
        const now = chosen.get(kind) ?? '';
        const values = [...new Set([...changes.map(of), ...(now === '' ? [] : [now])])].sort();
        const option = (value, label) => h('option', { value, selected: value === now }, label);
        if (document.activeElement !== select) {
          select.replaceChildren(option('', all), ...values.map((value) => option(value, name(value))));
        }
        box.hidden = values.length < 2 && now === '';
      }
      element.hidden = selects.every(({ box }) => box.hidden);
    },
  };
}
