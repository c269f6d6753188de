import { decide } from '#shared/changes/decide.ts';
import { expireOverdue } from '#shared/changes/expire.ts';
import type { SigningKey } from '#shared/changes/keys.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import type { ChangeFilter } from '#shared/ledger/change-filter.ts';
import { findOwnChange, listChanges, ownStatuses } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import { findByIdempotencyKey } from '#shared/ledger/idempotency.ts';
import { dueWork } from '#shared/ledger/leases.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { countProposals, findOpenTwin, findSealed } from '#shared/ledger/proposals.ts';
import { voidDecisions } from '#shared/ledger/restored.ts';
import { searchChanges } from '#shared/ledger/search/find.ts';
import { activeStops, isStopped } from '#shared/ledger/stops.ts';

type Known = { readonly id: string; readonly idempotency_key: string | null };

/** A ledger that is measured, and what is in it. */
export type Place = {
  readonly ledger: Ledger;
  readonly key: SigningKey;
  /** The owner’s newest changes, and some spread over all of its past. */
  readonly recent: readonly Known[];
  readonly past: readonly Known[];
};

/** What can be asked of without a key. */
type Asked = Omit<Place, 'key'>;

export const owner = { agent: 'bench-agent', blueprint: 'bench' } as const;

/** Something that is asked of a ledger all the time; `at` counts the calls. */
export type Operation = {
  readonly name: string;
  readonly run: (place: Asked, at: number) => Promise<unknown>;
};

const hourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();
const idAt = (list: readonly Known[], at: number): string => list[(at * 7) % list.length]?.id ?? '';

/** What is only read. */
export const reads: readonly Operation[] = [
  { name: 'an agent’s list, first page', run: ({ ledger }) => listChanges(ledger.db, { owner, limit: 51 }) },
  {
    name: 'an agent’s list, a page of long ago, from the disk',
    run: (place, at) => listChanges(place.ledger.db, { owner, before: idAt(place.past, at), limit: 51 }),
  },
  {
    name: 'an agent’s list, pending',
    run: ({ ledger }) => listChanges(ledger.db, { owner, status: 'pending', limit: 51 }),
  },
  {
    name: 'an agent’s list, withdrawn',
    run: ({ ledger }) => listChanges(ledger.db, { owner, status: 'withdrawn', limit: 21 }),
  },
  { name: 'people’s list, all', run: ({ ledger }) => listChanges(ledger.db, { limit: 51 }) },
  { name: 'people’s list, pending', run: ({ ledger }) => listChanges(ledger.db, { status: 'pending', limit: 51 }) },
  { name: 'people’s list, failed', run: ({ ledger }) => listChanges(ledger.db, { status: 'failed', limit: 51 }) },
  {
    name: 'people’s list, one tool, several states',
    run: ({ ledger }) => {
      const status = ['applied', 'failed', 'partial'] as const;
      return listChanges(ledger.db, { tool: 'propose_pull_request', status, limit: 51 });
    },
  },
  {
    name: 'people’s list, one agent, any state',
    run: ({ ledger }) => listChanges(ledger.db, { agent: owner.agent, limit: 51 }),
  },
  ...searches([
    ['a word of every change', 'request', {}],
    ['the first letter of a word of every change', 'm', {}],
    ['two words, and a beginning', 'mend header par', {}],
    ['a number, which is in few', 'number 299', {}],
    ['a word that is nowhere', 'nowhere', {}],
    ['a frequent word, of one agent', 'mend', { agent: owner.agent, server: 'github' }],
    ['a frequent word, pending', 'mend', { status: 'pending' }],
    ['a frequent word, failed', 'mend', { status: 'failed' }],
  ]),
  {
    name: 'one change: row, plan, decisions, steps and events',
    run: (place, at) => readOne(place, idAt(place.recent, at)),
  },
  { name: 'one change of long ago, from the disk', run: (place, at) => readOne(place, idAt(place.past, at)) },
  {
    name: 'waiting: where five changes stand',
    run: (place, at) => {
      const ids = [0, 1, 2, 3, 4].map((more) => idAt(place.recent, at + more));
      return ownStatuses(place.ledger.db, owner, ids);
    },
  },
  {
    name: 'limits: proposals of the hour, and pending',
    run: ({ ledger }) => countProposals(ledger.db, owner, hourAgo()),
  },
  { name: 'an open change of the same content', run: ({ ledger }, at) => findOpenTwin(ledger.db, `${at}`) },
  {
    name: 'the change of an idempotency key',
    run: ({ ledger, recent }, at) => {
      return findByIdempotencyKey(ledger.db, owner, recent[at % recent.length]?.idempotency_key ?? 'unknown');
    },
  },
  { name: 'what an executor has to do', run: ({ ledger }) => dueWork(ledger.db, 'github', Date.now()) },
  { name: 'what is overdue', run: ({ ledger }) => expireOverdue(ledger, 'approvals', new Date()) },
  {
    name: 'the stops in force, and whether one holds a change',
    run: async (place, at) => {
      await activeStops(place.ledger.db);
      await isStopped(place.ledger.db, idAt(place.recent, at));
    },
  },
  { name: 'decisions that a restored backup made void', run: ({ ledger }) => voidDecisions(ledger.db) },
];

type Asking = readonly [name: string, text: string, filter: ChangeFilter];

function searches(asked: readonly Asking[]): Operation[] {
  return asked.map(([name, text, filter]) => ({
    name: `search: ${name}`,
    run: ({ ledger }) => searchChanges(ledger.db, { text, ...filter, limit: 51 }),
  }));
}

async function readOne({ ledger: { db } }: Asked, id: string): Promise<void> {
  await findOwnChange(db, owner, id);
  await findSealed(db, id);
  await decisionsOf(db, id);
  await progressOf(db, id);
  await eventsOf(db, id);
}

/** A person’s approval. */
export async function approve({ ledger, key }: Place, changeId: string): Promise<void> {
  const seal = (await findSealed(ledger.db, changeId))?.seal ?? '';
  const approver = { issuer: 'countersign:local', subject: 'alice' };
  const input = { changes: [{ changeId, seal }], verb: 'approve', approver, reason: '' } as const;
  await decide({ ledger, key, now: () => new Date() }, input);
}
