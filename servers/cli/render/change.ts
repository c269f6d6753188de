import { styleText } from 'node:util';
import type { Attention, Change, Content, Member, Restoring, Reversible, Review, Versions } from '../change.ts';
import { visible, visibleLine } from '../visible.ts';
import { renderDifference } from './difference.ts';
import { renderEffects } from './effects.ts';
import { sinceBaseLines } from './since-base.ts';

/** A change in full, for a person at a terminal to decide on. */
export function renderChange(change: Change): string {
  const { content } = change;
  return [
    `${styleText('bold', visibleLine(change.summary))}`,
    '',
    ...facts(change),
    ...(content === null && change.difference === null ? ['', noPlan(change)] : []),
    ...section('Before, as it was left, and now', change.difference ? [renderDifference(change.difference)] : []),
    ...(content === null ? [] : contentLines(change.change_id, content)),
    '',
    ...reasonLines(change),
  ].join('\n');
}

/** Whether the agent is held against what its sponsor may do. */
function unverified({ sponsor_access: access }: NonNullable<Change['content']>): string {
  return access === 'unverified' ? ' (nobody checked what they may do there)' : '';
}

function facts(change: Change): string[] {
  const { requester, content, note, restores, restored_by: by } = change;
  const asked = `${requester.kind} ${requester.name}${change.blueprint === null ? '' : `, under blueprint ${change.blueprint}`}`;
  const rows: [string, string][] = [
    ['change', change.change_id],
    ['status', note === null ? change.status : `${change.status}: ${note}`],
    ['does', `${change.tool} on ${change.server}${content === null ? '' : `, at ${content.backend}`}`],
    ...(content === null ? [] : ([['target', content.target.replace(/\s+/g, ' ')]] as [string, string][])),
    ['asked by', content === null ? asked : `${asked}, for ${content.sponsor}${unverified(content)}`],
    ['asked at', `${change.created_at}, expires ${change.expires_at}`],
    ...reviewRows(change.review),
    ...thereRows(change),
    ...automaticRows(change.decisions),
    ...attentionRows(change.attention),
    ...(restores === null
      ? []
      : ([['restores', `${[restores, ...change.also].join(', ')} (${change.choice})`]] as [string, string][])),
    ...(change.set === null ? [] : ([['set', change.set]] as [string, string][])),
    ...by.map(({ change_id, status }): [string, string] => ['restored by', `${change_id} (${status})`]),
    ...quarantineRows(change),
    ...change.steps.map((step, index): [string, string] => [index === 0 ? 'steps' : '', stepLine(step)]),
    ...versionRows(change.versions),
    ...chainRows(change.chain),
    ...doubtRows(change),
    ...leftRows(change),
    ...(change.seal === null ? [] : ([['seal', change.seal]] as [string, string][])),
  ];
  return rows.map(([name, value]) => `  ${styleText('dim', name.padEnd(11))} ${visibleLine(value)}`);
}

/** Whether others find what a rule or a task grant let in, and what a person's request is about. */
function quarantineRows({ quarantine, about }: Change): [string, string][] {
  const rows: [string, string][] = about ? [['about', about]] : [];
  if (!quarantine) return rows;
  const accepted = quarantine.accepted_by.find(({ status }) => status === 'applied');
  if (quarantine.waits) return [...rows, ['quarantine', 'waits: of agents, only its own finds it']];
  return accepted ? [...rows, ['quarantine', `accepted by ${accepted.change_id}`]] : rows;
}

function reviewRows(review: Review | null): [string, string][] {
  if (review === null) return [];
  const { by, exclude, approved, quorum, rule, step_up: stepUp } = review;
  const passkey = stepUp === null ? '' : ', each with a passkey';
  const who = `${by.join(', ')}${exclude.includes('sponsor') ? ', not the sponsor' : ''}${passkey}`;
  const people = `${who}: ${approved} of ${quorum} approved`;
  const words =
    review.decide === null ? `${people} (${rule})` : `the rule ${rule}, as long as it holds; else ${people}`;
  return [['decided by', words], ...ownerRows(review.owners)];
}

/** What it waits for on GitHub, and what was seen of it there. */
function thereRows({ there, status }: Pick<Change, 'there' | 'status'>): [string, string][] {
  if (!there) return [];
  const { name, url, head, by, waits, seen } = there;
  const whose = by.length === 0 ? 'anybody in the list of people but the sponsor' : by.join(', ');
  const why = status === 'pending_approval' && waits !== null ? `. ${waits}` : '';
  return [
    ['on GitHub', `a review of exactly ${head} by ${whose}: ${url ?? name}${why}`],
    ...seen.map(({ login, person, state, at, not }): [string, string] => {
      const who = person === null ? `@${login}` : `${person} (@${login})`;
      return ['', `${who}: ${state.replace('_', ' ')}, ${at}${not === null ? '' : `. ${not}`}`];
    }),
  ];
}

/** What was decided without a person here, and by what. */
function automaticRows(decisions: Change['decisions']): [string, string][] {
  return decisions
    .filter(({ who }) => who.kind === 'server')
    .map(({ at, signature, reason, automatic }) => {
      const doubt = signature === 'valid' ? '' : ', but without a signature by a known key';
      return [
        'approved',
        `${automatic === 'review' ? 'on GitHub' : 'without a person'}, ${at}${doubt}${reason === null ? '' : `. ${reason}`}`,
      ];
    });
}

function ownerRows(owners: Review['owners']): [string, string][] {
  if (owners === null) return [];
  const { unread, sets } = owners;
  const lines = sets.map(({ paths, owners: of, approved }) => {
    const who = of.length === 0 ? 'nobody' : of.join(' or ');
    return `${who}: ${paths.join(', ')} (${approved ? 'approved' : 'not approved yet'})`;
  });
  if (unread.length > 0) lines.push(`CODEOWNERS has lines that say nothing: ${unread.join(', ')}`);
  return lines.map((line, index) => [index === 0 ? 'owners' : '', line]);
}

function attentionRows(attention: Attention): [string, string][] {
  if (attention === null) return [];
  const { assigned, reminded_at: reminded, escalated } = attention;
  return [
    ...(assigned?.who ? ([['looked at by', assigned.who.name]] as [string, string][]) : []),
    ...(reminded === null ? [] : ([['told again', reminded]] as [string, string][])),
    ...(escalated === null
      ? []
      : ([['told also', `${escalated.to.join(', ')}, ${escalated.at}`]] as [string, string][])),
  ];
}

function versionRows({ version, earlier, newer }: Versions): [string, string][] {
  const before = earlier.map(({ change_id: id, version: number, status, rejected }): [string, string] => {
    const why = [rejected?.category, rejected?.reason].filter((one) => typeof one === 'string').join(': ');
    const by = rejected === null ? '' : ` by ${rejected.who.name}${why === '' ? '' : `, ${why}`}`;
    return [`version ${number}`, `${id} (${status})${by}`];
  });
  return [
    ...before,
    ...(version > 1 ? ([['version', `${version}, of what is above`]] as [string, string][]) : []),
    ...(newer === null ? [] : ([['newer', `${newer.change_id} (${newer.status})`]] as [string, string][])),
  ];
}

function chainRows({ earlier, later }: Change['chain']): [string, string][] {
  const row =
    (name: string) =>
    (one: Member, index: number): [string, string] => [
      index === 0 ? name : '',
      `${one.change_id} (${one.status}): ${one.summary}`,
    ];
  return [...earlier.map(row('after')), ...later.map(row('before'))];
}

/** Steps of a partial change that were not done, and what a person can do about them. */
function leftRows({ change_id: id, left }: Change): [string, string][] {
  if (left.length === 0) return [];
  return [
    ['not done', left.join(', ')],
    ['do them', `countersign changes resume ${id} --reason "…", once what stood in the way is gone`],
  ];
}

function doubtRows({ change_id: id, doubt }: Change): [string, string][] {
  if (doubt === null) return [];
  return [
    ['in doubt', `${doubt.step}, begun ${doubt.since}`],
    ['sought', doubt.looked_for],
    ...doubt.where.map((place, index): [string, string] => [index === 0 ? 'look at' : '', place]),
    [
      'settle',
      doubt.answered
        ? 'somebody has, and it is being taken up'
        : `by hand from ${doubt.settle_from} on: countersign changes settle ${id}`,
    ],
  ];
}

function stepLine({ name, state, verified, link }: Change['steps'][number]): string {
  const doubt = verified === false ? ', but without a signature that the system finds good' : '';
  return `${name}: ${state}${doubt}${link === null ? '' : `, ${link}`}`;
}

function contentLines(id: string, content: Content): string[] {
  const { effects, references, flags, reaches, reversible, restoring } = content;
  const sum = sinceBaseLines(id, content.since_base);
  return [
    ...section(
      'Look at this',
      flags.map(({ code, message }) => styleText('yellow', `  ! ${visibleLine(`${message} (${code})`)}`)),
    ),
    ...section(
      'What it sets off',
      reaches.map(({ code, message }) => `  ${visibleLine(`${message} (${code})`)}`),
    ),
    ...section('Can it be put back?', [...reversibleLines(reversible), ...restoringLines(restoring)]),
    ...section('What it changes', renderEffects(effects)),
    ...(sum === null ? [] : section(sum.title, sum.lines)),
    ...section(
      'What it refers to (filled in when that is applied; nobody wrote it)',
      references.map(
        ({ text, field, change_id: id }) => `  ${visibleLine(text)}: the ${visibleLine(field)} of ${visibleLine(id)}`,
      ),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}

function reversibleLines(reversible: Reversible): string[] {
  switch (reversible.kind) {
    case 'full':
      return ['  Yes, all of it.'];
    case 'partial':
      return ['  In part. What is lost for good:', ...reversible.lost.map((lost) => `  - ${visibleLine(lost)}`)];
    case 'irreversible':
      return [styleText('red', `  No: ${visibleLine(reversible.why)}`)];
  }
}

/** What the tool says of its restores; what cannot come back of this very change is said above. */
function restoringLines(restoring: Restoring | null): string[] {
  if (restoring === null) return [];
  const lines = (title: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : [`  ${title}:`, ...all.map((one) => `  - ${visibleLine(one)}`)];
  return [...lines('Kept', restoring.kept), ...lines('A restore brings back', restoring.back)];
}

function reasonLines({ reason, requester }: Change): string[] {
  if (reason === '') return ['No reason was given.'];
  const title = `What ${requester.kind === 'agent' ? 'the agent' : 'the person'} says (untrusted: it proves nothing)`;
  return [
    styleText('bold', title),
    ...visible(reason)
      .split('\n')
      .map((line) => `  │ ${line}`),
  ];
}

/** Why there is nothing to show of what a change would do. */
function noPlan(change: Change): string {
  return change.broken
    ? '  What it would do cannot be shown: the ledger no longer has what was sealed.'
    : '  There is no plan yet: the server that owns the backend is making it.';
}
