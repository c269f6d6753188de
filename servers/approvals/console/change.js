import { attentionSection } from './attention.js';
import { chainSection, undecided } from './chain.js';
import { decisionPanel } from './decision.js';
import { differenceSection } from './difference.js';
import { foreign, h, shown } from './dom.js';
import { effectsSection } from './effects.js';
import { factsSection, riskSection, sealSection } from './facts.js';
import { grantSection } from './grant-offer.js';
import { historySection } from './history.js';
import { live } from './live.js';
import { quarantineSection } from './quarantine.js';
import { showReads } from './reads.js';
import { request } from './request.js';
import { sinceBaseSection } from './since-base.js';
import { thereSection } from './there.js';
import { sinceSection, versionsSection } from './versions.js';
import { openStates, states } from './words.js';

/** So many lines of differences come with the page; the rest when somebody wants to see it. */
const linesAtOnce = 3_000;

/** The page of one change. It follows the change until nothing more can become of it. */
export async function openChange(main, id, person) {
  const path = `/api/changes/${encodeURIComponent(id)}`;
  const whole = `${path}?lines=${linesAtOnce}`;
  let change = await request(whole);
  const parts = {
    head: h('div', { id: 'head', tabindex: -1 }),
    grants: h('div'),
    facts: h('div'),
    there: h('div'),
    attention: h('div'),
    versions: h('div'),
    chain: h('div'),
    since: h('div'),
    difference: h('div'),
    body: h('div'),
    reads: h('div'),
    history: h('div'),
    reason: h('div'),
    quarantine: h('div'),
    panel: h('div', { class: 'decision' }),
  };
  const offline = h('p', { class: 'error', role: 'alert' });
  main.replaceChildren(back(), ...Object.values(parts), offline);

  const follow = async () => {
    const progress = await request(`${path}/progress`, { poll: true });
    const before = change;
    const news = { ...change, ...progress, summary: change.summary };
    if (JSON.stringify(news) === JSON.stringify(before)) return;
    // A plan that was made only now brings the content along.
    change =
      before.status !== 'planning' && progress.seal === before.seal ? news : await request(whole, { poll: true });
    draw(before);
  };
  const draw = (before) => {
    show(parts, change, before, follow);
    if (
      !before ||
      before.status !== change.status ||
      JSON.stringify(before.attention) !== JSON.stringify(change.attention)
    )
      parts.attention.replaceChildren(attentionSection(change, person, follow));
  };
  draw(null);
  void showReads(parts.reads, change);
  live(async () => {
    const isOpen =
      openStates.includes(change.status) ||
      [...change.restored_by, ...(change.quarantine?.accepted_by ?? [])].some((one) => openStates.includes(one.status));
    if (isOpen) await follow();
  }, offline);
}

/** Shows a change; of one that is shown already, only what is new, so that nobody loses what they write or read. */
function show(parts, change, before, follow) {
  parts.head.replaceChildren(head(change));
  document.title = `${states[change.status].label}: ${change.summary} · Countersign`;
  if (!before || before.status !== change.status || before.review?.approved !== change.review?.approved)
    parts.facts.replaceChildren(factsSection(change));
  if (!before || before.status === 'planning') {
    parts.difference.replaceChildren(change.difference ? differenceSection(change.difference) : '');
  }
  if (!before || before.seal !== change.seal) {
    parts.body.replaceChildren(
      ...(change.content
        ? [riskSection(change.content), effectsSection(change), sinceBaseSection(change), sealSection(change)]
        : []),
    );
    parts.reason.replaceChildren(reason(change));
    parts.since.replaceChildren(change.content ? sinceSection(change) : '');
  }
  parts.grants.replaceChildren(grantSection(change));
  if (!before || before.status !== change.status || waits(before) !== waits(change))
    parts.quarantine.replaceChildren(quarantineSection(change));
  if (!before || before.status !== change.status || JSON.stringify(before.there) !== JSON.stringify(change.there))
    parts.there.replaceChildren(thereSection(change));
  parts.history.replaceChildren(historySection(change));
  parts.chain.replaceChildren(chainSection(change));
  parts.versions.replaceChildren(versionsSection(change));
  if (
    !before ||
    before.status !== change.status ||
    before.seal !== change.seal ||
    before.review?.missing !== change.review?.missing ||
    restores(before) !== restores(change) ||
    JSON.stringify(before.doubt) !== JSON.stringify(change.doubt) ||
    JSON.stringify(undecided(before)) !== JSON.stringify(undecided(change))
  ) {
    parts.panel.replaceChildren(...[toDecision(change), decisionPanel(change, follow)].filter((one) => one !== null));
  }
}

/** Stays at the lower edge of the window, within reach, until the decision itself is there. */
function toDecision({ status, broken }) {
  if (status !== 'pending_approval' || broken) return null;
  return h('p', { class: 'to-decision' }, h('a', { href: '#decide' }, 'Go to the decision'));
}

const waits = (change) => JSON.stringify([change.quarantine, change.seal]);
const restores = (change) => JSON.stringify(change.restored_by);

function back() {
  return h('p', { class: 'back' }, h('a', { href: '/' }, '← Changes'));
}

function head(change) {
  const { label, tone, truth } = states[change.status];
  return h(
    'div',
    { class: 'head' },
    h('p', {}, h('span', { class: `pill ${tone}` }, label)),
    h('h1', {}, foreign(change.summary)),
    h('p', { class: 'truth', role: 'status' }, truth),
    change.set
      ? h('p', {}, 'Part of a set that is decided as one: ', h('a', { href: `/sets/${change.set}` }, 'the set'))
      : null,
    change.restored_by.map(restore),
    change.quarantine?.waits
      ? h(
          'p',
          {},
          'Waits in quarantine: of agents, only its own finds it. ',
          h('a', { href: '#quarantine' }, 'Accept it'),
        )
      : null,
    unsigned(change),
    change.note ? h('blockquote', { class: 'note' }, h('p', {}, shown(change.note))) : null,
  );
}

/** What is done and not signed as everything is to be, above all else. */
function unsigned({ steps }) {
  if (!steps.some(({ verified }) => verified === false)) return null;
  return h(
    'p',
    { class: 'error', role: 'alert' },
    h('b', {}, 'Made without a good signature. '),
    'Treat it as unsigned: restore it unless it was to be so, and find out why before more is approved.',
  );
}

/** What was put back must not read as if it still stood. */
function restore({ change_id: id, status }) {
  const what = status === 'applied' ? 'A restore was carried out since: ' : 'A restore was asked for: ';
  return h('p', {}, what, h('a', { href: `/changes/${id}` }, states[status].label));
}

function reason(change) {
  const who = change.requester.kind === 'agent' ? 'the agent' : 'the person who asked';
  return h(
    'section',
    { class: 'reason', 'aria-labelledby': 'reason-title' },
    h('h2', { id: 'reason-title' }, `The reason that ${who} gives`),
    h(
      'p',
      { class: 'hint' },
      'Written by the requester, not checked by anybody. Decide on what is shown above, not on this.',
    ),
    h('blockquote', { class: 'untrusted' }, h('p', {}, change.reason === '' ? '(none)' : shown(change.reason))),
  );
}
