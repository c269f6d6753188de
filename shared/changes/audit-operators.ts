import { canonical, sha256 } from '#shared/crypto/canonical.ts';
import type { EventRow } from '#shared/ledger/events.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { listTombstones, tombstoneBody } from '#shared/ledger/tombstones.ts';
import type { Tell } from './audit.ts';

/** Events of what is compared here; people make these things, so there are not many. */
export function isOfOperators({ type }: { readonly type: string }): boolean {
  return /^(?:stop|hold|set|entry)\./.test(type);
}

/** Compares stops, holds on contents, what was forgotten, and sealed sets with their events. */
export async function auditOperators(db: LedgerDb, events: readonly EventRow[], tell: Tell): Promise<void> {
  const said = new Set(events.filter(({ type }) => type !== 'set.asked').map(textOf));
  const expect = (where: string, event: Told): void => {
    if (!said.delete(textOf(event))) tell('operator', where, 'Its event tells of it otherwise, or is gone.');
  };
  for (const kind of ['stop', 'hold'] as const) {
    for (const { id, actor, at, ...what } of await db.selectFrom(`${kind}s`).selectAll().execute()) {
      expect(`${kind} ${id}`, { type: `${kind}.begun`, at, actor, body: canonical({ [kind]: id, ...what }) });
    }
  }
  for (const { stop_id: stop, reason, actor, at } of await db.selectFrom('stop_ends').selectAll().execute()) {
    expect(`stop ${stop}`, { type: 'stop.ended', at, actor, body: canonical({ stop, reason }) });
  }
  for (const { hold_id: hold, reason, actor, at } of await db.selectFrom('hold_ends').selectAll().execute()) {
    expect(`hold ${hold}`, { type: 'hold.ended', at, actor, body: canonical({ hold, reason }) });
  }
  for (const { actor, ...stone } of await listTombstones(db)) {
    const event = {
      type: 'entry.forgotten',
      at: stone.at,
      actor: canonical(actor),
      body: canonical(tombstoneBody(stone)),
    };
    expect(`tombstone ${stone.id}`, event);
  }
  const actor = canonical({ kind: 'server', server: 'approvals' });
  for (const { set_id: set, seal, body, sealed_at: at } of await db.selectFrom('set_seals').selectAll().execute()) {
    expect(`set ${set}`, { type: 'set.sealed', at, actor, body: canonical({ set, seal }) });
    if (sha256(body) !== seal) tell('seal', `set ${set}`, 'It is not what was sealed.');
  }
  for (const one of said) tell('operator', one, 'This event tells of something that is gone.');
}

type Told = Pick<EventRow, 'type' | 'at' | 'actor' | 'body'>;

function textOf({ type, at, actor, body }: Told): string {
  return `${type} ${at} ${actor} ${body}`;
}
