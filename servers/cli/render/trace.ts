import { styleText } from 'node:util';
import type { EntryTrace, ReadsBefore } from '../trace.ts';
import { visibleLine } from '../visible.ts';

/** What the agent of a change had read before it, for a person at a terminal. */
export function renderReads(id: string, found: ReadsBefore): string {
  if (found.session === null) return `A person asked for ${visibleLine(id)}: of what people read nothing is recorded.`;
  const { session, reads, untrusted, more, left_out_before: left, untrusted_since: since } = found;
  const title = `What the agent of ${id} had read from ${session.from} to ${session.to}`;
  const all = reads.length + more;
  return [
    styleText('bold', visibleLine(title)),
    '',
    `${all} things on all servers, ${untrusted} of them perhaps written by people who may not write there.`,
    ...(left === null ? [] : [`There is too much: what it read before ${visibleLine(left)} is left out.`]),
    ...(found.recorded_from > session.from ? [recordedLine(found)] : []),
    ...(more === 0 ? [] : [`${more} of them are too many to be told.`]),
    ...(since === 0
      ? []
      : [`Since then it has read ${since} more that anybody may have written; none of it is in this.`]),
    '',
    ...reads.map(readLine),
  ].join('\n');
}

function recordedLine({ recorded_from: from, dropped }: { readonly recorded_from: string; readonly dropped: boolean }) {
  const more = dropped ? ': earlier ones are kept no more, but for what was sealed with changes' : '';
  return `Reads are on record from ${visibleLine(from)} on${more}.`;
}

type Read = Extract<ReadsBefore, { reads: unknown }>['reads'][number];

function readLine({ server, thing, name, revision, trust, rank, tools, last, times, forgotten }: Read): string {
  const mark = trust === 'untrusted' ? styleText('yellow', 'untrusted') : 'trusted  ';
  const place = rank === null ? '' : `  place ${rank}`;
  const at = revision === null ? '' : `  revision ${revision.slice(0, 24)}`;
  const gone = forgotten ? '  forgotten since' : '';
  return `  ${visibleLine(last)}  ${mark}  ${visibleLine(`${name}  ${server}/${thing}${at}  ${tools.join(', ')}${place}  ${times} ×${gone}`)}`;
}

/** Who read an entry and what may have come of it, for a person at a terminal. */
export function renderEntry(found: EntryTrace): string {
  const { entries, readers, influenced, cut } = found;
  return [
    ...entries.map(({ server, thing, name, forgotten }) =>
      styleText('bold', visibleLine(`${name}  ${server}/${thing}${forgotten ? '  (forgotten)' : ''}`)),
    ),
    '',
    `${recordedLine(found)}${cut ? ' There is too much: not all of it is told.' : ''}`,
    '',
    styleText('bold', 'Who read it'),
    ...readers.map(readerLine),
    '',
    styleText('bold', 'What may have come of it'),
    ...(influenced.length === 0 ? ['  nothing'] : influenced.flatMap(changeLines)),
  ].join('\n');
}

function readerLine({ agent, revision, trust, rank, first, last, times }: EntryTrace['readers'][number]): string {
  const when = first === last ? last : `${first} to ${last}`;
  const at = revision === null ? '' : `  revision ${revision.slice(0, 24)}`;
  const place = rank === null ? '' : `  place ${rank}`;
  return `  ${visibleLine(`${agent}  ${when}${at}  ${trust}${place}  ${times} ×`)}`;
}

function changeLines({ change_id: id, created_at: at, ...change }: EntryTrace['influenced'][number]): string[] {
  const { status, agent, tool, through, steps, wrote } = change;
  const by = `${through.server}/${through.thing}${through.change === null ? '' : ` of ${through.change}`}`;
  const indent = '  '.repeat(steps);
  return [
    `${indent}${visibleLine(`${id}  ${status}  ${at}  ${agent}  ${tool}`)}`,
    `${indent}  after it read ${visibleLine(by)}`,
    ...(wrote.length === 0
      ? []
      : [`${indent}  wrote ${visibleLine(wrote.map(({ server, thing }) => `${server}/${thing}`).join(', '))}`]),
  ];
}
