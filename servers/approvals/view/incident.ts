import type { AgentRecord } from '#shared/changes/incident.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { callsView } from './calls.ts';
import { listItem, listItems } from './list-item.ts';
import { reveal } from './reveal.ts';
import { sealedOf } from './sealed.ts';
import { untrustedAmong } from './untrusted.ts';

const wroteStates: readonly ChangeRow['status'][] = ['applied', 'partial', 'unknown', 'dispatched'];

/** An incident as far as somebody may see it: calls are of no change, so only who sees everything is told of them. */
export type Seen = Omit<AgentRecord, 'calls'> & { readonly calls: AgentRecord['calls'] | null };

/** What an agent did since a time, for people. Every text is safe to look at. */
export async function incidentView(
  db: LedgerDb,
  asked: { readonly agent: string; readonly since: string },
  incident: Seen,
) {
  const { changes, stop, waiting, contents } = incident;
  const proposed = changes.filter(({ created_at }) => created_at >= asked.since);
  const wrote = changes.filter(({ status }) => wroteStates.includes(status));
  return {
    agent: reveal(asked.agent),
    since: asked.since,
    stop,
    waiting,
    ...callsView(incident.calls, asked.since),
    proposed: await listItems(db, proposed),
    wrote: await Promise.all(wrote.map((row) => reached(db, row))),
    /** Of all that it names, what was proposed after the agent had read what anybody may have written. */
    read_untrusted: await untrustedAmong(db, [...new Set([...changes, ...contents.groups.flat()].map(({ id }) => id))]),
    would_restore: contents.groups.map((group) => group.map(({ id }) => id)),
    left_out: contents.leftOut.map(({ change_id, why }) => ({ change_id, why: reveal(why) })),
  };
}

async function reached(db: LedgerDb, row: ChangeRow) {
  const sealed = await sealedOf(db, row.id);
  const body = typeof sealed === 'object' ? sealed.body : null;
  return {
    ...(await listItem(db, row)),
    backend: body && reveal(body.backend),
    touches: (body?.touches ?? []).map(reveal),
    reaches: (body?.reaches ?? []).map(({ code, message }) => ({ code, message: reveal(message) })),
  };
}
