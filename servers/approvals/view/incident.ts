import type { Incident } from '#shared/changes/incident.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { listItem } from './list-item.ts';
import { reveal } from './reveal.ts';
import { sealedOf } from './sealed.ts';

/** Said rather than left out: who reads the list must not take what is missing for what did not happen. */
const notRecorded = {
  reads: 'Reads are not recorded: what the agent looked at is not known here.',
  denials: 'Denials are not recorded: what it asked for outside its scope is not known here.',
};

const wroteStates: readonly ChangeRow['status'][] = ['applied', 'partial', 'unknown', 'dispatched'];

/** What an agent did since a time, for people. Every text is safe to look at. */
export async function incidentView(
  db: LedgerDb,
  asked: { readonly agent: string; readonly since: string },
  incident: Incident,
) {
  const { changes, stop, withdrawn, contents, set } = incident;
  const proposed = changes.filter(({ created_at }) => created_at >= asked.since);
  const wrote = changes.filter(({ status }) => wroteStates.includes(status));
  return {
    agent: reveal(asked.agent),
    since: asked.since,
    stop,
    not_recorded: Object.values(notRecorded),
    proposed: await Promise.all(proposed.map((row) => listItem(db, row))),
    wrote: await Promise.all(wrote.map((row) => reached(db, row))),
    withdrawn,
    would_restore: contents.groups.map((group) => group.map(({ id }) => id)),
    left_out: contents.leftOut.map(({ change_id, why }) => ({ change_id, why: reveal(why) })),
    set,
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
