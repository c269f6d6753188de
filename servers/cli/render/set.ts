import { styleText } from 'node:util';
import type { CallGroups, Incident, RestoreSet } from '../set.ts';
import { visibleLine } from '../visible.ts';

/** A set of restores, for a person at a terminal to decide on. */
export function renderSet(set: RestoreSet): string {
  const what = set.agent === null ? 'Put back changes' : `Put back what ${set.agent.name} did since ${set.agent.since}`;
  const rows: [string, string][] = [
    ['set', set.set_id],
    ['status', set.broken ? 'broken: the ledger no longer has what was sealed' : set.status],
    ['asked by', `${set.requester.kind} ${set.requester.name}`],
    ['asked at', `${set.created_at}, expires ${set.expires_at}`],
    ['choice', set.choice],
    ['reason', set.reason],
    ...(set.seal === null ? [] : ([['seal', set.seal]] as [string, string][])),
  ];
  return [
    styleText('bold', visibleLine(what)),
    '',
    ...rows.map(([name, value]) => `  ${styleText('dim', name.padEnd(9))} ${visibleLine(value)}`),
    ...section('What is put back, in this order', set.members.flatMap(memberLines)),
    ...section('What is left out', set.left_out.map(leftOutLine)),
  ].join('\n');
}

function memberLines({ change_id, status, summary, flags, note, originals }: RestoreSet['members'][number]): string[] {
  const over = flags.includes('overwrites_others') ? styleText('yellow', ' overwrites what others did since') : '';
  return [
    `  ${visibleLine(`${change_id}  ${status}  ${summary}`)}${over}`,
    `    undoes ${visibleLine(originals.join(', '))}`,
    ...(note === null ? [] : [`    ${visibleLine(note)}`]),
  ];
}

/** What an agent did since a time, and what was done about it. */
export function renderIncident(incident: Incident): string {
  const { agent, since, stop, set } = incident;
  return [
    styleText('bold', visibleLine(`${agent} since ${since}`)),
    '',
    `Its writes are stopped, as number ${stop}. The stop ends with: countersign stop end ${stop} --reason …`,
    ...incident.not_told.map(visibleLine),
    ...section('Read', callLines(incident.read)),
    ...section('Was denied', callLines(incident.denied)),
    ...section('Proposed', incident.proposed.map(line)),
    ...section('Wrote, and reached', incident.wrote.flatMap(wroteLines)),
    ...section(
      'Taken back',
      incident.withdrawn.map((id) => `  ${visibleLine(id)}`),
    ),
    ...section(
      'What would be put back, each line as one',
      incident.would_restore.map((ids) => `  ${visibleLine(ids.join(', '))}`),
    ),
    ...section('What is left out', incident.left_out.map(leftOutLine)),
    '',
    set === null
      ? 'Nothing is prepared; --prepare does it.'
      : `${visibleLine(set)} puts it back. To decide: countersign sets approve ${visibleLine(set)}`,
  ].join('\n');
}

/** So many lines of calls are for a person to read; the rest is in the JSON. */
const mostCalls = 20;

function callLines({ calls, groups, more }: CallGroups): string[] {
  const shown = groups.slice(0, mostCalls);
  const left = groups.length - shown.length + more.groups;
  const leftCalls = calls - shown.reduce((sum, { count }) => sum + count, 0);
  return [
    ...shown.map(callLine),
    ...(left === 0 ? [] : [`  and ${left} more, of ${leftCalls} calls; --json has up to ${groups.length} in all`]),
  ];
}

function callLine({ server, tool, outcome, why, asks, count, first, last }: CallGroups['groups'][number]): string {
  const when = first === last ? last : `${first} to ${last}`;
  const ended = outcome === 'ok' ? '' : `  ${outcome}${why === null ? '' : `: ${why}`}`;
  return `  ${visibleLine(`${count} × ${tool} (${server})  ${asks.join(' | ')}  ${when}${ended}`)}`;
}

function wroteLines(change: Incident['wrote'][number]): string[] {
  const { backend, touches, reaches } = change;
  return [
    line(change),
    ...(backend === null ? [] : [`    at ${visibleLine(backend)}: ${visibleLine(touches.join(', '))}`]),
    ...reaches.map(({ code, message }) => `    ${visibleLine(`${message} (${code})`)}`),
  ];
}

function line({ change_id, status, created_at, summary }: Incident['proposed'][number]): string {
  return `  ${visibleLine(`${change_id}  ${status}  ${created_at}  ${summary}`)}`;
}

function leftOutLine({ change_id, why }: RestoreSet['left_out'][number]): string {
  return `  ${visibleLine(change_id)}: ${visibleLine(why.replaceAll('\n', ' '))}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}
