import { foreign, h, shown } from './dom.js';
import { flags, toolName } from './words.js';

const hourMs = 3_600_000;

/**
 * What can be allowed with an approval, filled in and off unless it is ticked. `value` is what is allowed as it stands,
 * or null; `problem` says what is wrong with it.
 */
export function grantOffer({ content, requester }) {
  const { offer } = content ?? {};
  if (!offer) return null;
  const { for_ms: forMs, tools, paths, flags: allowed } = offer;
  const number = (id, max, value) => h('input', { id, type: 'number', min: 1, max, step: 'any', value });
  const changes = number('grant-changes', offer.changes, offer.changes);
  const bytes = number('grant-bytes', offer.bytes, offer.bytes);
  const hours = number('grant-hours', forMs / hourMs, forMs / hourMs);
  const where = h('textarea', { id: 'grant-paths', rows: Math.min(paths.length + 1, 6) }, paths.join('\n'));
  const more = h(
    'div',
    { class: 'grant-terms', hidden: true },
    h('p', { class: 'hint' }, 'You can allow less than this, not more.'),
    h('label', { for: 'grant-changes' }, 'Changes, at most'),
    changes,
    h('label', { for: 'grant-bytes' }, 'Bytes that they write, all together'),
    bytes,
    h('label', { for: 'grant-hours' }, 'Hours, from now'),
    hours,
    h('label', { for: 'grant-paths' }, 'Files, one name or pattern a line'),
    where,
    h(
      'p',
      {},
      'Only: ',
      tools.map((one, index) => [index > 0 ? ', ' : '', toolName(one)]),
      '.',
    ),
    allowed.length === 0
      ? h('p', {}, 'What is flagged ends it, and waits for a person.')
      : h('p', {}, 'What is flagged ends it, but for: ', allowed.map((one) => flags[one] ?? one).join(', '), '.'),
  );
  const tick = h('input', {
    id: 'grant',
    type: 'checkbox',
    'aria-describedby': 'grant-hint',
    onchange: () => {
      more.hidden = !tick.checked;
    },
  });
  const value = () =>
    tick.checked
      ? {
          changes: Math.floor(Number(changes.value)),
          bytes: Math.floor(Number(bytes.value)),
          for_ms: Math.round(Number(hours.value) * hourMs),
          tools,
          paths: where.value
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean),
          flags: allowed,
        }
      : null;
  const problem = () => {
    if (!tick.checked) return null;
    const short = [changes, bytes, hours].find((one) => !(Number(one.value) > 0));
    return short ? [short, 'Allow a number above zero, or untick it.'] : null;
  };
  const element = h(
    'div',
    { class: 'grant' },
    h(
      'p',
      {},
      tick,
      h('label', { for: 'grant', class: 'inline' }, ' Also allow what follows on this, without asking me each time'),
    ),
    h(
      'p',
      { class: 'hint', id: 'grant-hint' },
      'Further changes of agent ',
      h('b', {}, foreign(requester.name)),
      ' to what this change leaves, and nothing else. It ends with a file outside, a flag, somebody else’s work on it, a merge or a close, and when you take it back.',
    ),
    more,
  );
  return { element, value, problem };
}

/** What a change came under, or what was allowed with it. */
export function grantSection({ under, grant }) {
  if (under) {
    return h(
      'p',
      { class: 'under' },
      'Under the ',
      h('a', { href: `/grants#${under.id}` }, 'task grant'),
      ' by ',
      h('b', {}, foreign(under.giver.name)),
      `, change ${under.number} of ${under.changes.of}. It was given with `,
      h('a', { href: `/changes/${under.change_id}` }, 'this change'),
      '. No person looked at this one before it was approved.',
      under.end ? [' The grant has ended: ', shown(under.end.note)] : null,
    );
  }
  if (!grant) return '';
  return h(
    'p',
    { class: 'under' },
    'With it, ',
    h('b', {}, foreign(grant.giver.name)),
    ' allowed what follows: ',
    h('a', { href: `/grants#${grant.id}` }, `${grant.changes.used} of ${grant.changes.of} changes made`),
    grant.end ? ['. It has ended: ', shown(grant.end.note)] : '.',
  );
}
