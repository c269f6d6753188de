import type { ChangeSummary, ChangeView, Rejection } from '#capabilities/change-queue/ports.ts';
import type { RejectionCategory } from '#shared/changes/rejection.ts';
import { isUnsigned } from '#shared/changes/remark.ts';
import { stepsLeft } from '#shared/changes/resume.ts';
import { reviewedHead } from '#shared/changes/reviewed.ts';
import { restoreRequest, unseal } from '#shared/changes/sealed.ts';
import type { Status } from '#shared/changes/transitions.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { findEarlier } from '#shared/ledger/chains.ts';
import type { ChangeRow } from '#shared/ledger/changes.ts';
import { grantStanding, useOf } from '#shared/ledger/grants.ts';
import { rejectionOf } from '#shared/ledger/moved.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { restoresOf } from '#shared/ledger/restores.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { findVersion, nextVersionOf } from '#shared/ledger/versions.ts';
import type { Receipts, Reversible } from '#shared/tools/index.ts';
import { readReceipt } from '../receipt.ts';
import { shownStatus } from '../status.ts';
import { nextStep } from './next-steps.ts';

/** A change in a list, for its own agent. */
export async function summaryOf(db: LedgerDb, row: ChangeRow): Promise<ChangeSummary> {
  const { summary } = await planned(db, row);
  return { ...standing(row), summary };
}

/** A change in full, for its own agent: never its nonce, its seal or a snapshot's digest. */
export async function viewOf(db: LedgerDb, row: ChangeRow, reviewUrl: string): Promise<ChangeView> {
  const [{ summary, reversible, reviewed }, progress, restores, earlier, version, newer, category, under] =
    await Promise.all([
      planned(db, row),
      progressOf(db, row.id),
      restoresOf(db, row.id),
      findEarlier(db, row.id),
      findVersion(db, row.id),
      nextVersionOf(db, row.id),
      row.status === 'rejected' ? rejectionOf(db, row.id) : null,
      underGrant(db, row.id),
    ]);
  const waits = row.status === 'approved' && earlier !== undefined && earlier.status !== 'applied';
  const receipts = receiptsOf(progress.receipts);
  const restoredBy = restores.find((one) => one.status === 'applied');
  const original = restoredId(row);
  return {
    ...standing(row),
    summary,
    review_url: `${reviewUrl}/changes/${row.id}`,
    reversible,
    ...(row.note === null ? {} : { reason: row.note }),
    ...rejectionView(row.status, { category, text: row.note }),
    ...(receipts.length === 0 ? {} : { receipts }),
    ...(row.status === 'partial' ? { left: await leftOf(db, row.id) } : {}),
    ...(earlier === undefined ? {} : { after: earlier.id }),
    ...(version === undefined ? {} : { version: version.version, supersedes: version.supersedes }),
    ...(newer === undefined ? {} : { superseded_by: newer }),
    ...(original === null ? {} : { restores: original }),
    ...(restoredBy === undefined ? {} : { restored_by: restoredBy.id }),
    ...(under === null ? {} : { under_grant: under }),
    ...(row.status === 'pending' && reviewed !== null ? { review_on_github_of: reviewed } : {}),
    next: waits
      ? `It is approved and waits until ${earlier.id} is applied. Call wait_for_change with both, or end your turn.`
      : nextStep({
          id: row.id,
          status: row.status,
          category,
          newer,
          unsigned: isUnsigned(progress.receipts),
          reviewed,
        }),
  };
}

/** Nothing of who gave it, nor of where else it reaches. */
async function underGrant(db: LedgerDb, id: string): Promise<NonNullable<ChangeView['under_grant']> | null> {
  const use = await useOf(db, id);
  const grant = use && (await grantStanding(db, use.grant_id));
  if (!use || !grant) return null;
  return { number: use.number, of: grant.changes, expires_at: grant.expires_at, ended: grant.end !== null };
}

/** What a person said who rejected a change, as what it is; nothing of any other. */
export function rejectionView(
  status: Status,
  { category, text }: { readonly category: RejectionCategory | null; readonly text: string | null },
): { readonly rejection?: Rejection } {
  if (status !== 'rejected') return {};
  return { rejection: { by: 'person', ...(category === null ? {} : { category }), text: text ?? '' } };
}

function standing(row: ChangeRow): Omit<ChangeSummary, 'summary'> {
  return {
    change_id: row.id,
    status: shownStatus(row.status),
    tool: row.tool,
    server: row.server,
    created_at: row.created_at,
    updated_at: row.updated_at,
    expires_at: ['planning', 'pending', 'approved'].includes(row.status) ? row.expires_at : null,
  };
}

type Planned = {
  readonly summary: string;
  readonly reversible: Reversible | null;
  /** The commit whose review on GitHub approves it, if one does. */
  readonly reviewed: string | null;
};

async function planned(db: LedgerDb, row: ChangeRow): Promise<Planned> {
  const kept = await findSealed(db, row.id);
  if (!kept) {
    const summary = `Restore what was there before ${restoredId(row) ?? 'a change'}`;
    return { summary, reversible: null, reviewed: null };
  }
  const { body } = unseal(kept);
  return { summary: body.summary, reversible: body.reversible, reviewed: reviewedHead(body) };
}

async function leftOf(db: LedgerDb, id: string): Promise<string[]> {
  const kept = await findSealed(db, id);
  return kept ? [...(await stepsLeft(db, unseal(kept)))] : [];
}

function restoredId(row: ChangeRow): string | null {
  return row.restores === null ? null : restoreRequest.parse(JSON.parse(row.restores)).change_id;
}

function receiptsOf(receipts: Receipts): NonNullable<ChangeView['receipts']> {
  return Object.entries(receipts).map(([step, answer]) => {
    const { oid, verified, number, url, differs, ...written } = readReceipt(answer);
    return {
      step,
      // Only a commit that was made is told of; the one that a branch starts from would be mistaken for it.
      ...(oid === undefined || verified === undefined ? {} : { commit: oid, verified }),
      ...(number === undefined ? {} : { pull_request_number: number }),
      ...(url ? { url } : {}),
      ...(differs === undefined ? {} : writtenOf({ ...written, differs })),
    };
  });
}

/** What was written of tickets and pages: the key of a ticket, the id of anything else, and the version of a page. */
function writtenOf({ id, key, revision, differs }: ReturnType<typeof readReceipt> & { readonly differs: string[] }) {
  const named = key ? { ticket: key } : { ...(id !== undefined && { id }) };
  return { ...named, ...(revision && { version: revision }), ...(differs.length > 0 && { differs }) };
}
