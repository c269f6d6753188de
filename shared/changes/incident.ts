import type { ChangeRow } from '#shared/ledger/changes.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { endGrantsOf } from '#shared/ledger/grants.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { changesOfAgent } from '#shared/ledger/sets.ts';
import { activeStops, insertStop } from '#shared/ledger/stops.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { type CallsSince, callsSince } from './calls-since.ts';
import type { Approver } from './decision.ts';
import { type SetContents, setContents } from './request-set.ts';
import { requestSets } from './request-sets.ts';

/** What an agent did since a time, and how it stands now. */
export type AgentRecord = {
  /** All its changes that were proposed or moved since, in the order in which they last moved. */
  readonly changes: readonly ChangeRow[];
  /** The stop that holds it; null when it is not stopped by its name. */
  readonly stop: number | null;
  /** What waits for a decision, or to be carried out, whenever it was proposed. */
  readonly waiting: readonly string[];
  readonly contents: SetContents;
  /** What it read, and what it was denied. */
  readonly calls: CallsSince;
};

/** The same, and what was done about it. */
export type Incident = AgentRecord & {
  /** What waited, and was taken back. */
  readonly withdrawn: readonly string[];
  /** The sets that put it back: one for each kind of people who decide; none when none was asked for. */
  readonly sets: readonly string[];
};

type Asked = { readonly agent: string; readonly since: string };

/** Looks at what an agent did since a time, and does nothing about it. */
export async function recordOf(db: LedgerDb, { agent, since }: Asked): Promise<AgentRecord> {
  return {
    changes: await changesOfAgent(db, agent, since),
    stop: await stopOf(db, agent),
    waiting: (await waitingOf(db, agent)).map(({ id }) => id),
    contents: await setContents(db, { agent, since }),
    calls: await callsSince(db, { agent, since }),
  };
}

/**
 * Stops an agent and tells what it did since a time. What it has pending is held by the stop: whoever approves it,
 * nothing of it is written. `withdraw` takes it back; `prepare` asks for the sets that put back what was written.
 */
export async function openIncident(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  person: Approver,
  asked: Asked & {
    readonly reason: string;
    readonly withdraw: boolean;
    readonly prepare: boolean;
    readonly choice: RestoreChoice;
  },
): Promise<Incident> {
  const { agent, since, reason, choice } = asked;
  const actor = { kind: 'person', ...person } as const;
  const at = now().toISOString();
  const withdrawn = await ledger.write(async (tx) => {
    const scope = { scope: 'agent', value: agent } as const;
    if ((await stopOf(tx, agent)) === null) await insertStop(tx, { ...scope, reason, actor, at });
    // One that was in force already ended nothing that was allowed since.
    await endGrantsOf(tx, scope, { why: 'stopped', change_id: null, note: reason, actor, at });
    const waiting = asked.withdraw ? await waitingOf(tx, agent) : [];
    for (const { id, status } of waiting) await moveChange(tx, { id, from: status, ...withdrawal(actor, at, reason) });
    return waiting.map(({ id }) => id);
  });
  const sets = asked.prepare ? await requestSets({ ledger, now }, person, { agent, since, choice, reason }) : [];
  return { ...(await recordOf(ledger.db, asked)), withdrawn, sets };
}

async function stopOf(db: LedgerDb, agent: string): Promise<number | null> {
  return (await activeStops(db)).find((one) => one.scope === 'agent' && one.value === agent)?.id ?? null;
}

const withdrawable = ['planning', 'pending', 'approved'] as const;

function waitingOf(db: LedgerDb, agent: string) {
  return db
    .selectFrom('changes')
    .select(['id', 'status'])
    .where('agent', '=', agent)
    .where('status', 'in', [...withdrawable])
    .orderBy('id')
    .execute();
}

function withdrawal(actor: EventActor, at: string, reason: string) {
  return { to: 'withdrawn', at, actor, note: reason } as const;
}
