import { agentLink } from './card.js';
import { count, exactly, foreign, h, shown } from './dom.js';
import { flags, openStates, reaches } from './words.js';

/** Who asks for what, where, under which rules. */
export function factsSection(change) {
  const { requester, content } = change;
  const fact = (name, ...value) => h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
  const unverified =
    content?.sponsor_access === 'unverified' ? h('b', {}, ' (nobody checked what they may do there)') : null;
  const sponsor = content && requester.kind === 'agent' ? [', for ', foreign(content.sponsor), unverified] : [];
  return h(
    'section',
    { 'aria-label': 'Facts' },
    h(
      'dl',
      { class: 'facts' },
      fact(
        'Asked for by',
        requester.kind === 'agent' ? 'agent ' : 'person ',
        h('b', {}, agentLink(requester)),
        ...sponsor,
      ),
      change.blueprint ? fact('Blueprint', foreign(change.blueprint)) : null,
      fact('Tool', `${change.tool} on ${change.server}`),
      content ? fact('Writes to', foreign(content.backend)) : null,
      change.restores ? fact('Undoes', [change.restores, ...change.also].map(link), choiceOf(change)) : null,
      fact('Asked', exactly(change.created_at)),
      change.review ? fact('Decided by', deciders(change.review)) : null,
      change.review?.owners ? fact('Code owners', owners(change.review.owners)) : null,
      openStates.includes(change.status) ? fact('Ends', exactly(change.expires_at)) : null,
      change.status === 'pending_approval' ? toldAgain(change.review, fact) : null,
    ),
  );
}

const names = {
  local: 'whoever is signed in here',
  codeowners: 'code owners, one for each file',
  github_review: 'reviews on GitHub',
};

/** Who owns what, and what still waits for one of them. */
function owners({ sets, unread }) {
  const set = ({ paths, owners: of, approved }) => [
    of.length === 0 ? 'Nobody' : of.map((one, index) => [index > 0 ? ' or ' : '', foreign(one)]),
    ': ',
    paths.length > 5 ? count(paths.length, 'file') : paths.map((one, index) => [index > 0 ? ', ' : '', shown(one)]),
    approved ? ' (approved)' : ' (not approved yet)',
  ];
  const skipped = `CODEOWNERS has lines that say nothing: ${unread.join(', ')}.`;
  return h(
    'ul',
    {},
    [...sets.map(set), ...(unread.length === 0 ? [] : [skipped])].map((one) => h('li', {}, one)),
  );
}

/** Who may decide, how many of them have to approve, and how many have. */
function deciders({ by, quorum, exclude, rule, approved, step_up: stepUp }) {
  const listed = by.map((one, index) => [index > 0 ? ', ' : '', names[one] ?? shown(one)]);
  const but = exclude.includes('sponsor') ? ', but not the sponsor' : '';
  const so = quorum > 1 ? `; ${approved} of ${quorum} approved` : '';
  const passkey = stepUp === null ? '' : '; each approval with a passkey';
  return [listed, but, so, passkey, rule === 'default' ? '' : [' (', shown(rule), ')']];
}

/** When it is told again that it waits, as the rule says. */
function toldAgain(review, fact) {
  if (!review) return null;
  const { remind_at: remind, escalate } = review;
  return [
    remind ? fact('Told again', exactly(remind)) : null,
    escalate
      ? fact(
          'Escalated',
          exactly(escalate.at),
          ' to ',
          escalate.to.map((one, index) => [index > 0 ? ', ' : '', shown(one)]),
        )
      : null,
  ];
}

function link(id, index) {
  return [index > 0 ? ', ' : '', h('a', { href: `/changes/${id}` }, id)];
}

function choiceOf({ choice }) {
  if (choice === 'overwrite') return ', and overwrites what others did since';
  return choice === 'untouched' ? ', only what nobody changed since' : '';
}

/** What to look out for before the content itself: flags, what it sets off, what it touches, whether it can be undone. */
export function riskSection({ flags: raised, reaches: reached, place, touches, reversible, restoring }) {
  const list = (items) => h('ul', {}, items);
  return h(
    'section',
    { class: 'risks', 'aria-label': 'What to look out for' },
    raised.length === 0
      ? null
      : h(
          'div',
          { class: 'flags' },
          h('h2', {}, 'Look closely'),
          list(raised.map(({ code, message }) => h('li', {}, h('b', {}, flags[code] ?? code), ': ', shown(message)))),
        ),
    h(
      'div',
      { class: 'columns' },
      touched(place, list(touches.map((one) => h('li', { class: 'code' }, shown(one))))),
      h(
        'div',
        {},
        h('h2', {}, 'What it sets off'),
        reached.length === 0
          ? h('p', {}, 'Nothing beyond the change itself.')
          : list(
              reached.map(({ code, message }) => h('li', {}, h('b', {}, reaches[code] ?? code), ': ', shown(message))),
            ),
      ),
      h('div', {}, h('h2', {}, 'Can it be undone?'), undo(reversible), restoring ? keeping(restoring) : null),
    ),
  );
}

/** In names first; the ids that the ledger goes by are there for those who want to check. */
function touched({ name, branch, things, more_things: moreThings, files, more_files: moreFiles }, ids) {
  const number = files.length + moreFiles;
  return h(
    'div',
    {},
    h('h2', {}, 'What it touches'),
    h(
      'ul',
      {},
      h('li', {}, foreign(name), branch === null ? null : [', branch ', foreign(branch)]),
      number > 0 ? h('li', {}, count(number, 'file')) : null,
      things.map((one) => h('li', {}, foreign(one))),
      moreThings > 0 ? h('li', {}, `and ${moreThings} more`) : null,
    ),
    h('details', {}, h('summary', {}, 'By id'), ids),
  );
}

function undo(reversible) {
  if (reversible.kind === 'full') return h('p', {}, 'Yes, completely.');
  if (reversible.kind === 'irreversible') return h('p', { class: 'warn' }, h('b', {}, 'No. '), shown(reversible.why));
  return h(
    'div',
    {},
    h('p', {}, 'Yes, but for this:'),
    h(
      'ul',
      {},
      reversible.lost.map((one) => h('li', {}, shown(one))),
    ),
  );
}

/** What the tool says of its restores, in its own words. */
function keeping({ kept, back, cannot }) {
  const part = (title, all) =>
    all.length === 0
      ? null
      : [
          h('p', {}, title),
          h(
            'ul',
            {},
            all.map((one) => h('li', {}, shown(one))),
          ),
        ];
  return h(
    'details',
    {},
    h('summary', {}, 'What is kept, and what comes back'),
    part('Kept:', kept),
    part('A restore brings back:', back),
    part('No restore brings back:', cannot),
  );
}

/** The sealed data itself, for those who want to check. */
export function sealSection({ seal, content }) {
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, 'The sealed plan and target, as data'),
    h('h3', {}, 'Target'),
    h('pre', {}, shown(content.target)),
    h('h3', {}, 'Plan'),
    h('pre', {}, shown(content.plan)),
    h('h3', {}, 'Seal'),
    h('p', { class: 'code' }, seal),
  );
}
