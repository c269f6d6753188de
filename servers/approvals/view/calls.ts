import type { CallGroup, CallGroups, CallsSince } from '#shared/changes/calls-since.ts';
import type { Json } from '#shared/tools/index.ts';
import { reveal } from './reveal.ts';

const nothing: CallGroups = { calls: 0, groups: [], more: { groups: 0, calls: 0 } };

/**
 * What an agent read and was denied, and what of that is not told: who reads the list must not take what is missing for
 * what did not happen. Null where whoever asks may not see it.
 */
export function callsView(calls: CallsSince | null, since: string) {
  const { read, denied } = calls ?? { read: nothing, denied: nothing };
  return { not_told: notTold(calls, since), read: groupsView(read), denied: groupsView(denied) };
}

function notTold(calls: CallsSince | null, since: string): string[] {
  if (calls === null) return ['What it read and what it was denied is told to those who see everything.'];
  const { recordedFrom, leftOutBefore } = calls;
  return [
    'Calls of the queue of changes, and the text that calls were answered with, are not recorded.',
    ...(recordedFrom > since ? [`What it read and was denied is on record from ${recordedFrom} on.`] : []),
    ...(leftOutBefore === null ? [] : [`There is too much: calls before ${leftOutBefore} are left out.`]),
  ];
}

function groupsView({ calls, groups, more }: CallGroups) {
  return { calls, groups: groups.map(groupView), more };
}

function groupView({ server, tool, outcome, why, asks, moreAsks, count, first, last }: CallGroup) {
  return {
    server,
    tool,
    outcome,
    why: why && reveal(why),
    asks: [...asks.map(askText), ...(moreAsks > 0 ? [`and ${moreAsks} more`] : [])],
    count,
    first,
    last,
  };
}

/** What was asked for, on one line: `repository=acme/web path=README.md`. */
function askText(ask: Json): string {
  if (typeof ask !== 'object' || ask === null) return reveal(String(ask));
  return reveal(
    Object.entries(ask)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' '),
  );
}
