import type { ChangeRow } from '#shared/ledger/changes.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { changesOfAgent } from '#shared/ledger/sets.ts';
import { activeStops, insertStop } from '#shared/ledger/stops.ts';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { type CallsSince, callsSince } from './calls-since.ts';
import type { Approver } from './decision.ts';
import { requestSet, type SetContents, setContents } from './request-set.ts';

/** What an agent did since a time, and what was done about it. */
export type Incident = {
  /** All its changes that were proposed or moved since, in the order in which they last moved. */
  readonly changes: readonly ChangeRow[];
  /** The stop that holds it: one that was in force, or a new one. */
  readonly stop: number;
  /** What waited for a decision, or to be carried out, and was taken back. */
  readonly withdrawn: readonly string[];
  readonly contents: SetContents;
  /** What it read, and what it was denied. */
  readonly calls: CallsSince;
  /** The set that puts it back; null when none was asked for, or there is nothing to put back. */
  readonly set: string | null;
};

/**
 * Stops an agent and tells what it did since a time. What it has pending is held by the stop: whoever approves it,
 * nothing of it is written. `withdraw` takes it back; `prepare` asks for the set that puts back what was written.
 */
export async function openIncident(
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => Date },
  person: Approver,
  asked: {
    readonly agent: string;
    readonly since: string;
    readonly reason: string;
    readonly withdraw: boolean;
    readonly prepare: boolean;
    readonly choice: RestoreChoice;
  },
): Promise<Incident> {
  const { agent, since, reason, choice } = asked;
  const actor = { kind: 'person', ...person } as const;
  const at = now().toISOString();
  const { stop, withdrawn } = await ledger.write(async (tx) => {
    const held = (await activeStops(tx)).find((one) => one.scope === 'agent' && one.value === agent);
    const stop = held?.id ?? (await insertStop(tx, { scope: 'agent', value: agent, reason, actor, at }));
    const waiting = asked.withdraw
      ? await tx
          .selectFrom('changes')
          .select(['id', 'status'])
          .where('agent', '=', agent)
          .where('status', 'in', [...withdrawable])
          .orderBy('id')
          .execute()
      : [];
    for (const { id, status } of waiting) await moveChange(tx, { id, from: status, ...withdrawal(actor, at, reason) });
    return { stop, withdrawn: waiting.map(({ id }) => id) };
  });
  const contents = await setContents(ledger.db, { agent, since });
  const isPrepared = asked.prepare && contents.groups.length > 0;
  const set = isPrepared ? await requestSet({ ledger, now }, person, { agent, since, choice, reason }) : null;
  const calls = await callsSince(ledger.db, { agent, since });
  return { changes: await changesOfAgent(ledger.db, agent, since), stop, withdrawn, contents, calls, set };
}

const withdrawable = ['planning', 'pending', 'approved'] as const;

function withdrawal(actor: EventActor, at: string, reason: string) {
  return { to: 'withdrawn', at, actor, note: reason } as const;
}
