import { AppError } from '#shared/errors.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { activeStops, type Stop } from '#shared/ledger/stops.ts';

/** What a call is about, as far as a stop may name it. */
type Subject = { readonly server: string; readonly agent: string; readonly tool: string };

/** Throws AppError `not_permitted` when a stop covers what is to be proposed. */
export async function assertNotStopped(db: LedgerDb, subject: Subject): Promise<void> {
  const stop = (await activeStops(db)).find((one) => covers(one, subject));
  if (stop) throw stoppedError();
}

/** Throws AppError `not_permitted` when this agent itself is stopped: then it may not read either. */
export async function assertAgentNotStopped(db: LedgerDb, agent: string): Promise<void> {
  const stop = (await activeStops(db)).find((one) => one.scope === 'agent' && one.value === agent);
  if (stop) throw stoppedError();
}

/**
 * Throws AppError `not_permitted` while a stop is in force that ends task grants: one that is given then would come to life
 * with the end of the stop. The stop of a tool ends none.
 */
export async function assertGrantable(db: LedgerDb, about: Pick<Subject, 'server' | 'agent'>): Promise<void> {
  const stops = (await activeStops(db)).filter(({ scope }) => scope !== 'tool');
  if (!stops.some((stop) => covers(stop, { ...about, tool: '' }))) return;
  throw new AppError('not_permitted', 'Writes are stopped, so nothing can be allowed in advance.', {
    next: 'Approve this change alone, or end the stop first.',
  });
}

function covers(stop: Stop, subject: Subject): boolean {
  return stop.scope === 'all' || subject[stop.scope] === stop.value;
}

/** Who stopped it and why is for people; an agent learns that it is so. */
function stoppedError(): AppError {
  return new AppError('not_permitted', 'A person has stopped this.', {
    next: 'End your turn; do not look for another way.',
  });
}
