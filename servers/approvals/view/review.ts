import { isAutomatic } from '#shared/changes/automatic-issuers.ts';
import { personNow } from '#shared/changes/capacity.ts';
import { distinct } from '#shared/changes/entitled.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import { ownersView } from './owners.ts';
import { reveal } from './reveal.ts';

/** Who may decide a change, by which rule, how many have approved and how many are missing. */
export function reviewView({ review }: SealedBody, decisions: readonly DecisionRow[], at: string) {
  const { by, quorum, exclude = [], rule, remind_at: remind = null, escalate } = review;
  const approvals = decisions.filter((one) => one.verb === 'approve' && one.expires_at > at && !isAutomatic(one));
  const approved = distinct(approvals.map((one) => personNow(one, undefined)));
  return {
    by: by.map(reveal),
    quorum,
    remind_at: remind,
    escalate: escalate ? { at: escalate.at, to: escalate.to.map(reveal) } : null,
    exclude,
    step_up: review.step_up ?? null,
    rule: rule === undefined ? 'default' : ruleName(rule),
    approved,
    missing: Math.max(quorum - approved, 0),
    owners: ownersView(review, approvals),
    /** Whether the rule itself decides, as long as it holds; who is named does when it does not. */
    decide: review.decide ?? null,
  };
}

function ruleName({ index, name }: NonNullable<SealedBody['review']['rule']>): string {
  return name === undefined ? `rule ${index + 1}` : reveal(name);
}
