import type { EventRow } from '#shared/ledger/events.ts';
import type { Tell } from './audit.ts';
import type { Kept } from './audit-page.ts';
import { findMove, type Status } from './transitions.ts';

/** Follows a change through its events, and looks whether it is where they lead, and was asked for as they say. */
export function auditMoves({ row, events }: Kept, tell: Tell): void {
  let at: { readonly status: Status; readonly since: string } | null = null;
  for (const event of events) {
    if (event.type === 'change.asked') {
      if (at !== null) tell('illegal_move', `event ${event.seq}`, `${row.id} was asked for twice.`);
      else if (!tellsOf(event, row)) tell('row', row.id, 'It is not what was asked for, as its first event says.');
      at = { status: 'planning', since: event.at };
      continue;
    }
    const to = moveOf(event, at?.status ?? null, row.id, tell);
    if (to !== null) at = { status: to, since: event.at };
  }
  if (at?.status !== row.status) {
    tell('status', row.id, `It is ${row.status}, but its events say ${at?.status ?? 'nothing'}.`);
  } else if (at.since !== row.updated_at) {
    tell('status', row.id, `It is ${row.status} since ${row.updated_at}, but its events say since ${at.since}.`);
  }
}

function tellsOf({ at, body }: EventRow, row: Kept['row']): boolean {
  const said = JSON.parse(body) as { server?: string; tool?: string; fingerprint?: string };
  return (
    at === row.created_at &&
    said.server === row.server &&
    said.tool === row.tool &&
    said.fingerprint === row.fingerprint
  );
}

/** Where an event moved a change to, legally or not; null when it tells of something else. */
function moveOf({ seq, type, body }: EventRow, at: Status | null, id: string, tell: Tell): Status | null {
  if (!type.startsWith('change.')) return null;
  const { from, to } = JSON.parse(body) as { from?: Status; to?: Status };
  if (from === undefined || to === undefined) return null;
  if (type !== `change.${to}` || at !== from || findMove(from, to) === null) {
    tell('illegal_move', `event ${seq}`, `${id} cannot have gone from ${at ?? 'nowhere'} to ${to}.`);
  }
  return to;
}
