import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { DecisionRow } from '#shared/ledger/decisions.ts';
import { isTakenBack } from '#shared/ledger/grants.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import { type AutomaticDecision, issuedBy, verifyAutomatic } from './automatic.ts';
import { isAutomatic } from './automatic-issuers.ts';
import { denyReviewed, denyReviewsInLedger } from './decide-by-review.ts';
import type { VerificationKeys } from './keys.ts';
import { ownOf } from './own-things.ts';
import { denyPolicy } from './policy.ts';
import type { Sealed, SealedBody } from './sealed.ts';
import { grantEnded } from './verify-by-grant.ts';

/**
 * The automatic decision that was signed over exactly this seal, or null when there is none. Throws AppError
 * `seal_mismatch` for a row that no key signed.
 */
export function automaticOf(
  { seal, body }: Sealed,
  rows: readonly DecisionRow[],
  by: { readonly keys: VerificationKeys; readonly void: number },
): AutomaticDecision | null {
  for (const row of rows.filter(isAutomatic)) {
    const decision = verifyAutomatic(by.keys, row.envelope);
    const { issuer, subject } = issuedBy(decision.by);
    const isSame = decision.change_id === body.change_id && decision.seal === seal;
    // What was decided before the ledger was restored from a backup has ended.
    if (isSame && row.issuer === issuer && row.subject === subject && row.id > by.void) return decision;
  }
  return null;
}

/** An automatic decision, the change that it is over, and what is known there now. */
type Automatic = {
  readonly body: SealedBody;
  readonly decision: AutomaticDecision;
  readonly decidable: 'by_policy' | undefined;
  readonly own: boolean;
  readonly blueprint: (name: string) => Blueprint | null;
  readonly people: (() => People) | undefined;
  readonly at: Date;
};

/** Why an automatic decision does not carry its change, evaluated anew; null when it does. */
export function denyAutomatic({ body, decision, decidable, own, blueprint, people, at }: Automatic): string | null {
  const { by } = decision;
  // Of those, the change that was verified has what it came under.
  if (by.kind === 'grant') return 'It came under no task grant.';
  const { review } = body;
  const isOfRule = by.blueprint.digest === body.blueprint?.digest && by.rule.index === review.rule?.index;
  if (!isOfRule) return 'It was decided by another rule than was sealed.';
  if (by.kind === 'review') return denyReviewed(body, by, { blueprint: blueprint(by.blueprint.name), people, at });
  return denyPolicy(body, { blueprint: blueprint(by.blueprint.name), decidable, own, at });
}

/** What of it only the ledger tells, asked again right before each step; null while it holds. */
export async function denyAutomaticInLedger(
  db: LedgerDb,
  { body, decision }: Pick<Automatic, 'body' | 'decision'>,
): Promise<string | null> {
  if (decision.by.kind === 'grant') return (await isTakenBack(db, body.change_id)) ? grantEnded : null;
  if (decision.by.kind === 'review') return denyReviewsInLedger(db, body.change_id, decision.by);
  const own = await ownOf(db, body);
  return own === 'own' ? null : own.not;
}
