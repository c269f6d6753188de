import { pathsOf } from '#shared/changes/review-conditions.ts';
import { isApprovedThereOnly } from '#shared/changes/reviewed.ts';
import { restoreRequest, type SealedBody } from '#shared/changes/sealed.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { shownStatus } from '../status.ts';
import { doubtView } from './doubt.ts';
import { requesterView } from './people.ts';
import { placeView } from './place.ts';
import { reveal } from './reveal.ts';
import { type Found, sealedOf, sealedOfEach } from './sealed.ts';
import { versionOf } from './versions.ts';

/** A change in a list, for people; `seal` is there while it can be decided. Every text is safe to look at. */
export async function listItem(db: LedgerDb, row: ChangeRow) {
  return itemOf(db, row, await sealedOf(db, row.id));
}

/** The same of many changes. */
export async function listItems(db: LedgerDb, rows: readonly ChangeRow[]) {
  const sealed = await sealedOfEach(
    db,
    rows.map(({ id }) => id),
  );
  return itemsOf(db, rows, sealed);
}

/** The same, of which it is known what was sealed. */
export function itemsOf(db: LedgerDb, rows: readonly ChangeRow[], sealed: (id: string) => Found['sealed']) {
  return Promise.all(rows.map((row) => itemOf(db, row, sealed(row.id))));
}

async function itemOf(db: LedgerDb, row: ChangeRow, sealed: Found['sealed']) {
  // One row that was tampered with must not hide the others.
  const body = typeof sealed === 'object' ? sealed.body : sealed;
  return {
    ...standing(row),
    summary: summaryOf(row, body),
    doubt: row.status === 'unknown' ? await doubtView(db, row.id, sealed) : null,
    seal: row.status === 'pending' && typeof sealed === 'object' ? sealed.seal : null,
    sponsor: typeof body === 'object' && row.agent !== null ? reveal(body.sponsor) : null,
    sponsor_access: typeof body === 'object' ? (body.sponsor_access ?? null) : null,
    version: versionOf(sealed),
    after: typeof body === 'object' ? (body.after?.change_id ?? null) : null,
    place: typeof body === 'object' ? placeView(body) : null,
    /** Whether only a review on its backend approves it: here it can be turned down. */
    there_only: typeof body === 'object' && isApprovedThereOnly(body),
    flags: typeof body === 'object' ? body.flags.map(({ code }) => code) : [],
    files: typeof body === 'object' ? new Set(pathsOf(body)).size : null,
  };
}

/** What the row itself tells of a change. */
export function standing(row: ChangeRow) {
  const request = row.restores === null ? null : restoreRequest.parse(JSON.parse(row.restores));
  return {
    change_id: row.id,
    status: shownStatus(row.status),
    server: row.server,
    tool: row.tool,
    requester: requesterView(JSON.parse(row.requester)),
    blueprint: row.blueprint,
    restores: request?.change_id ?? null,
    also: request?.also ?? [],
    set: request?.set ?? null,
    created_at: row.created_at,
    updated_at: row.updated_at,
    expires_at: row.expires_at,
    note: row.note === null ? null : reveal(row.note),
  };
}

export function summaryOf(row: ChangeRow, body: SealedBody | 'none' | 'broken'): string {
  if (body === 'broken') return 'The change in the ledger is not the one that was sealed; it cannot be decided.';
  if (body !== 'none') return reveal(body.summary);
  const { restores } = standing(row);
  return restores === null
    ? `Asked for: ${row.tool.replaceAll('_', ' ')}`
    : `Restore what was there before ${restores}`;
}
