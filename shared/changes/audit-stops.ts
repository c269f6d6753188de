import { canonical } from '#shared/crypto/canonical.ts';
import type { EventRow } from '#shared/ledger/events.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Tell } from './audit.ts';

/** Compares the stops, and how they ended, with their events. People make stops, so there are not many. */
export async function auditStops(db: LedgerDb, events: readonly EventRow[], tell: Tell): Promise<void> {
  const said = new Set(events.map(({ type, at, actor, body }) => canonical([type, at, actor, body])));
  const expect = (stop: number, event: readonly [string, string, string, string]): void => {
    if (!said.delete(canonical([...event])))
      tell('stop', `stop ${stop}`, 'Its event tells of it otherwise, or is gone.');
  };
  for (const { id, actor, at, ...what } of await db.selectFrom('stops').selectAll().execute()) {
    expect(id, ['stop.begun', at, actor, canonical({ stop: id, ...what })]);
  }
  for (const { stop_id: id, reason, actor, at } of await db.selectFrom('stop_ends').selectAll().execute()) {
    expect(id, ['stop.ended', at, actor, canonical({ stop: id, reason })]);
  }
  for (const one of said) {
    const [, , , body] = JSON.parse(one) as [string, string, string, string];
    tell('stop', `stop ${(JSON.parse(body) as { stop: number }).stop}`, 'An event tells of it, but it is gone.');
  }
}
