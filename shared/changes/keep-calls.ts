import { appendEvents, type LedgerEvent } from '#shared/ledger/events.ts';
import { insertReads, latestTime, type ReadRecord } from '#shared/ledger/reads.ts';
import type { LedgerTx, Timestamp } from '#shared/ledger/schema.ts';
import type { EndedCall } from './call-record.ts';
import { type ReadsKnown, readsKnown } from './reads-known.ts';
import { keptAs, toldAs } from './told.ts';

/** Calls that were the same, from the first to the last. */
export type Waiting = EndedCall & { readonly first: Timestamp; last: Timestamp; times: number };

/** A call as it is kept, with what of it is new; the hash of its event is known when it is written. */
type Kept = { readonly event: LedgerEvent; readonly read: Omit<ReadRecord, 'event'> };

/**
 * Puts calls on record, with what they told that is not there yet. None gets an earlier time than the ledger knows of: what
 * a machine reads whose clock is behind would else be too old to count. Answers the calls as they were kept, for `known`.
 */
export async function keepCalls(
  tx: LedgerTx,
  calls: readonly Waiting[],
  known: ReadsKnown,
): Promise<readonly { readonly call: EndedCall; readonly at: Date }[]> {
  const latest = (await latestTime(tx)) ?? '';
  const batch = readsKnown();
  const done = calls.map((call) => {
    const at = call.last > latest ? call.last : latest;
    const time = new Date(at);
    const told = batch.newIn({ ...call, told: known.newIn(call, time) }, time);
    const written = { ...call, told };
    batch.note(written, time);
    return { call: written, at: time, kept: keptOf(call, at, told) };
  });
  const hashes = await appendEvents(
    tx,
    done.map(({ kept }) => kept.event),
  );
  await insertReads(
    tx,
    done.map(({ kept }, index) => ({ ...kept.read, event: hashes[index] ?? '' })),
  );
  return done;
}

function keptOf({ type, actor, body, told, first, times }: Waiting, at: Timestamp, fresh: EndedCall['told']): Kept {
  const { agent, blueprint } = actor;
  const { server, tool } = body;
  const isSpan = times > 1 || first !== at;
  const said = { ...body, ...toldAs(told), ...keptAs(told, fresh), times, ...(isSpan && { first }) };
  return {
    event: { at, type, changeId: null, actor, body: said },
    read: { agent, blueprint, server, tool, first, at, told: fresh },
  };
}
