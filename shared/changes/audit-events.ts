import { stepEvents } from '#shared/ledger/attempts.ts';
import { lastNumberOfEvents } from '#shared/ledger/counted.ts';
import { chainStart, type EventRow, eventHash, eventsIn } from '#shared/ledger/events.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Progress, Tell } from './audit.ts';
import { auditOperators, isOfOperators } from './audit-operators.ts';
import { auditReads } from './audit-reads.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { VerificationKeys } from './keys.ts';
import { settledEvent, verifySettlement } from './settlement.ts';

/** What following the chain of events shows. */
export type Chain = {
  readonly events: number;
  /** How many of them tell of a change. */
  readonly ofChanges: number;
  /** The first event that tells of a step; earlier versions recorded none. */
  readonly steps: { readonly seq: number; readonly at: string } | null;
  /** Whether something that a checkpoint saw is not there. */
  readonly missed: boolean;
};

type Options = {
  readonly keys: VerificationKeys;
  readonly checkpoints: readonly Checkpoint[];
  readonly tell: Tell;
  readonly progress: Progress;
};

/** Follows the chain from its start to its end, past the checkpoints. */
export async function auditEvents(db: LedgerDb, { keys, checkpoints, tell, progress }: Options): Promise<Chain> {
  const seen = passing(checkpoints, tell);
  const reads = await auditReads(db, tell);
  const byOperators: EventRow[] = [];
  let steps: Chain['steps'] = null;
  let previous = chainStart;
  let [events, ofChanges, last] = [0, 0, 0];
  for await (const row of eventsIn(db, 0)) {
    const where = `event ${row.seq}`;
    checkLink(row, previous, tell);
    ({ hash: previous, seq: last } = row);
    events += 1;
    if (row.change_id !== null) ofChanges += 1;
    seen.pass({ seq: row.seq, hash: row.hash, events });
    await reads.pass(row);
    if (isOfOperators(row)) byOperators.push(row);
    if (row.type === stepEvents.begun) steps ??= { seq: row.seq, at: row.at };
    if (!isSigned(row, keys)) {
      tell('settlement', where, 'It is not signed by a key that was given.');
    }
    if (events % 1000 === 0) progress('events', events);
  }
  const counted = await lastNumberOfEvents(db);
  if (counted !== null && counted > last)
    tell('events_missing', `event ${last + 1}`, `${counted - last} events at the end are gone.`);
  await reads.end();
  await auditOperators(db, byOperators, tell);
  return { events, ofChanges, steps, missed: seen.end() };
}

/** Tells when an event is not what its hash was made of, or does not follow the one before it. */
export function checkLink({ seq, hash, ...content }: EventRow, previous: string, tell: Tell): void {
  const where = `event ${seq}`;
  if (eventHash(content) !== hash) tell('event_edited', where, 'It does not say what its hash was made of.');
  if (content.previous !== previous) {
    tell('chain_broken', where, 'It does not follow the one before it: one was deleted, put in or moved.');
  }
}

/** Compares the chain with each checkpoint as it passes it. */
function passing(checkpoints: readonly Checkpoint[], tell: Tell) {
  let next = 0;
  let missed = false;
  const miss = ({ events: { seq }, taken_at: at }: Checkpoint): void => {
    missed = true;
    next += 1;
    tell(
      'truncated',
      `event ${seq}`,
      `The checkpoint of ${at} saw another record up to it: it was cut off or made anew.`,
    );
  };
  return {
    pass: (at: { readonly seq: number; readonly hash: string; readonly events: number }): void => {
      for (let one = checkpoints[next]; one && one.events.seq <= at.seq; one = checkpoints[next]) {
        const { seq, hash, count } = one.events;
        if (seq === 0 || (seq === at.seq && hash === at.hash && count === at.events)) next += 1;
        else miss(one);
      }
    },
    end: (): boolean => {
      for (let one = checkpoints[next]; one; one = checkpoints[next]) {
        if (one.events.seq === 0) next += 1;
        else miss(one);
      }
      return missed;
    },
  };
}

/** Whether an event that tells of a person's word on how a step ended has it signed; true for every other event. */
export function isSigned({ type, body }: EventRow, keys: VerificationKeys): boolean {
  if (type !== settledEvent) return true;
  try {
    verifySettlement(keys, (JSON.parse(body) as { envelope: string }).envelope);
    return true;
  } catch {
    return false;
  }
}
