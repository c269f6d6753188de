import { styleText } from 'node:util';
import type { AgentRecord, CallGroups, Incident, RestoreSet } from '../set.ts';
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

function memberLines(member: RestoreSet['members'][number]): string[] {
  const { change_id, status, summary, flags, note, originals, read_untrusted: untrusted } = member;
  const over = flags.includes('overwrites_others') ? styleText('yellow', ' overwrites what others did since') : '';
  return [
    `  ${visibleLine(`${change_id}  ${status}  ${summary}`)}${over}`,
    `    undoes ${marked(originals, untrusted)}`,
    ...(note === null ? [] : [`    ${visibleLine(note)}`]),
  ];
}

/** What an agent did since a time, and what was done about it. */
export function renderIncident(incident: Incident): string {
  const { stop, sets, withdrawn } = incident;
  return [
    ...recordLines(
      incident,
      `Its writes are stopped, as number ${stop}. The stop ends with: countersign stop end ${stop} --reason …`,
    ),
    ...section(
      'Taken back',
      withdrawn.map((id) => `  ${visibleLine(id)}`),
    ),
    '',
    ...(sets.length === 0 ? ['Nothing is prepared; --prepare does it.'] : sets.map(setLine)),
  ].join('\n');
}

/** What an agent did since a time, as it stands. */
export function renderRecord(record: AgentRecord): string {
  const { stop, waiting } = record;
  const waits = `${waiting.length} of its changes wait.`;
  return recordLines(
    record,
    `${stop === null ? 'It is not stopped.' : `It is stopped, as number ${stop}.`} ${waits}`,
  ).join('\n');
}

function setLine(set: string): string {
  return `${visibleLine(set)} puts it back. To decide: countersign sets approve ${visibleLine(set)}`;
}

/** Marks what was proposed after its agent had read what anybody may have written. */
function marked(ids: readonly string[], untrusted: readonly string[]): string {
  const mark = (id: string) => (untrusted.includes(id) ? styleText('yellow', ' (read untrusted)') : '');
  return ids.map((id) => `${visibleLine(id)}${mark(id)}`).join(', ');
}

function recordLines(record: AgentRecord, standing: string): string[] {
  const { read_untrusted: untrusted } = record;
  return [
    styleText('bold', visibleLine(`${record.agent} since ${record.since}`)),
    '',
    standing,
    ...record.not_told.map(visibleLine),
    ...section('Read', callLines(record.read)),
    ...section('Was denied', callLines(record.denied)),
    ...section(
      'Proposed',
      record.proposed.map((one) => line(one, untrusted)),
    ),
    ...section(
      'Wrote, and reached',
      record.wrote.flatMap((one) => wroteLines(one, untrusted)),
    ),
    ...section(
      'What would be put back, each line as one',
      record.would_restore.map((ids) => `  ${marked(ids, untrusted)}`),
    ),
    ...section('What is left out', record.left_out.map(leftOutLine)),
  ];
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

function wroteLines(change: AgentRecord['wrote'][number], untrusted: readonly string[]): string[] {
  const { backend, touches, reaches } = change;
  return [
    line(change, untrusted),
    ...(backend === null ? [] : [`    at ${visibleLine(backend)}: ${visibleLine(touches.join(', '))}`]),
    ...reaches.map(({ code, message }) => `    ${visibleLine(`${message} (${code})`)}`),
  ];
}

function line(change: AgentRecord['proposed'][number], untrusted: readonly string[]): string {
  const { change_id, status, created_at, summary } = change;
  return `  ${marked([change_id], untrusted)}${visibleLine(`  ${status}  ${created_at}  ${summary}`)}`;
}

function leftOutLine({ change_id, why }: RestoreSet['left_out'][number]): string {
  return `  ${visibleLine(change_id)}: ${visibleLine(why.replaceAll('\n', ' '))}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}
