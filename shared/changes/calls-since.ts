import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type CallRow, callsOf, callsRecordedSince } from '#shared/ledger/calls.ts';
import type { LedgerDb, Timestamp } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';

/** Calls of one tool for the same targets that ended alike. */
export type CallGroup = {
  readonly server: string;
  readonly tool: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** The rule that said no; null where none did. */
  readonly why: string | null;
  readonly asks: readonly Json[];
  readonly moreAsks: number;
  readonly count: number;
  readonly first: Timestamp;
  readonly last: Timestamp;
};

/** Groups, the last used first, and how much more there is than they tell. */
export type CallGroups = {
  readonly calls: number;
  readonly groups: readonly CallGroup[];
  readonly more: { readonly groups: number; readonly calls: number };
};

export type CallsSince = {
  readonly read: CallGroups;
  readonly denied: CallGroups;
  /** Calls before were not recorded. */
  readonly recordedFrom: Timestamp;
  /** Earlier calls are left out, because there are too many; null where none are. */
  readonly leftOutBefore: Timestamp | null;
};

/** So many groups are told, and so many events looked at. */
const bounds = { groups: 1_000, events: 100_000 };

/** What an agent read and what it was denied since a time, the newest first where there is too much. */
export async function callsSince(
  db: LedgerDb,
  asked: { readonly agent: string; readonly since: Timestamp },
  most: typeof bounds = bounds,
): Promise<CallsSince> {
  const groups = { 'tool.read': new Map<string, CallGroup>(), 'tool.denied': new Map<string, CallGroup>() };
  let leftOutBefore: Timestamp | null = null;
  let seen = 0;
  for await (const rows of callsOf(db, asked)) {
    for (const row of rows) add(groups[row.type], row);
    seen += rows.length;
    if (seen >= most.events) {
      leftOutBefore = rows.at(-1)?.at ?? null;
      break;
    }
    await yieldToOthers();
  }
  return {
    read: bounded(groups['tool.read'], most.groups),
    denied: bounded(groups['tool.denied'], most.groups),
    recordedFrom: await callsRecordedSince(db),
    leftOutBefore,
  };
}

/** Rows come newest first. */
function add(groups: Map<string, CallGroup>, { at, body }: CallRow): void {
  const { server, tool, outcome, times, first = at } = body;
  const asks = Array.isArray(body['asks']) ? body['asks'] : [];
  const moreAsks = Number(body['more_asks'] ?? 0);
  const why = typeof body['why'] === 'string' ? body['why'] : null;
  const key = JSON.stringify([server, tool, outcome, why, asks, moreAsks]);
  const known = groups.get(key);
  groups.set(key, {
    ...(known ?? { server, tool, outcome, why, asks, moreAsks, last: at }),
    count: (known?.count ?? 0) + times,
    first: known && known.first < first ? known.first : first,
  });
}

function bounded(found: ReadonlyMap<string, CallGroup>, most: number): CallGroups {
  const all = [...found.values()];
  const groups = all.slice(0, most);
  const calls = countOf(all);
  return { calls, groups, more: { groups: all.length - groups.length, calls: calls - countOf(groups) } };
}

function countOf(groups: readonly CallGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
