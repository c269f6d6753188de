import { whoNow } from '#shared/changes/capacity.ts';
import { capacitySaid } from '#shared/changes/decision.ts';
import { isApproved } from '#shared/changes/entitled.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import { reveal } from './reveal.ts';

/** Who owns which files of a change, and whether one of them has approved; null where the rule wants no owners. */
export function ownersView(review: SealedBody['review'], approvals: readonly DecisionRow[]) {
  const { owners } = review;
  if (!owners) return null;
  const approvers = approvals.flatMap(
    (one) => whoNow({ approver: one, as: capacitySaid(one.envelope) }, undefined) ?? [],
  );
  return {
    file: owners.file && { path: reveal(owners.file.path), commit: reveal(owners.file.commit) },
    unread: owners.unread,
    sets: owners.sets.map((set) => ({
      paths: set.paths.map(reveal),
      owners: set.owners.map(reveal),
      approved: isApproved(set, review, approvers, undefined),
    })),
  };
}
