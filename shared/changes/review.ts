import { byReview } from '#shared/blueprints/approvers.ts';
import type { Review, ReviewRule } from '#shared/blueprints/blueprint.ts';
import { endOfReview } from '#shared/blueprints/review-time.ts';
import { type CodeOwners, hasUnowned } from './code-owners.ts';
import { termsOffered } from './grant-terms.ts';
import { holds, pathsOf, type ReviewFacts } from './review-conditions.ts';
import type { SealedBody } from './sealed.ts';

/** Who has to decide a change, as it is sealed. */
export type SealedReview = SealedBody['review'];

/** Finds out who owns the files of a change. */
export type AskOwners = () => Promise<CodeOwners>;

/** Who decides a change under a blueprint, and when its time is over. */
export async function termsOf(
  review: Review,
  facts: ReviewFacts,
  now: Date,
  owners: AskOwners,
): Promise<Pick<SealedBody, 'review' | 'expires_at'>> {
  const { rule } = decidedBy(review, facts);
  const span = { created_at: now.toISOString(), expires_at: endOfReview(rule, now).toISOString() };
  return restoreTermsOf(review, facts, span, owners);
}

/** The same for a restore that was asked for at a time, and whose end is fixed. */
export async function restoreTermsOf(
  review: Review,
  facts: ReviewFacts,
  { created_at, expires_at }: { readonly created_at: string; readonly expires_at: string },
  owners: AskOwners,
): Promise<Pick<SealedBody, 'review' | 'expires_at'>> {
  const { rule } = decidedBy(review, facts);
  const sealed = await reviewWith(review, facts, owners);
  return { review: { ...sealed, ...timesOf(rule, new Date(created_at), expires_at) }, expires_at };
}

/** When those who decide are told again; nothing that would come after the end. */
function timesOf({ remind, escalate }: ReviewRule, from: Date, end: string) {
  const reminded = remind && endOfReview(remind, from).toISOString();
  const escalated = escalate && endOfReview(escalate.after, from).toISOString();
  return {
    ...(reminded !== undefined && reminded < end && { remind_at: reminded }),
    ...(escalate && escalated !== undefined && escalated < end
      ? { escalate: { at: escalated, to: [...escalate.to] } }
      : {}),
  };
}

/** Who decides a change; its owners are asked for only when the rule wants them. */
async function reviewWith(review: Review, facts: ReviewFacts, owners: AskOwners): Promise<SealedReview> {
  const { rule } = decidedBy(review, facts);
  return reviewOf(review, rule.by.includes('codeowners') ? { ...facts, owners: await owners() } : facts);
}

/** Who decides a change: the first rule of which every condition holds, or else the default. */
export function reviewOf(review: Review, facts: ReviewFacts): SealedReview {
  return decidedBy(review, facts).sealed;
}

function decidedBy(review: Review, facts: ReviewFacts): { readonly rule: ReviewRule; readonly sealed: SealedReview } {
  const rules = review.rules ?? [];
  const index = rules.findIndex(({ when }) => holds(when, facts));
  const found = rules[index];
  const rule = withReviews(found ?? review, review, facts);
  const { by, quorum, exclude = [], owners } = withOwners(rule, review, facts.owners);
  const sealed: SealedReview = {
    by: [...by],
    quorum,
    ...(exclude.length > 0 && { exclude: [...exclude] }),
    ...(owners && { owners }),
    ...(rule.stepUp && { step_up: rule.stepUp }),
    ...(found && { rule: { index, ...(found.name !== undefined && { name: found.name }) } }),
    ...(found?.grant && { grant: termsOffered(found.grant, pathsOf(facts)) }),
    ...(found?.decide && { decide: found.decide }),
  };
  return { rule, sealed };
}

/** Where there is nothing to review on the backend, those decide who are named beside reviews, or else the default. */
function withReviews(rule: ReviewRule, fallback: ReviewRule, { reviewable }: ReviewFacts): ReviewRule {
  if (reviewable !== undefined || !rule.by.includes(byReview)) return rule;
  const others = rule.by.filter((entry) => entry !== byReview);
  if (others.length > 0) return { ...rule, by: others };
  const { exclude: _exclude, stepUp: _stepUp, ...rest } = rule;
  const { by, quorum, exclude, stepUp } = fallback;
  return { ...rest, by, quorum, ...(exclude && { exclude }), ...(stepUp && { stepUp }) };
}

type Approvers = Pick<ReviewRule, 'by' | 'quorum' | 'exclude'> & { readonly owners?: CodeOwners | undefined };

/**
 * What nobody owns is for those who are named beside the owners. Where nobody is, the default decides it as well, so
 * that it has to be met too.
 */
function withOwners(rule: ReviewRule, fallback: ReviewRule, owners: CodeOwners | undefined): Approvers {
  if (owners === undefined || !rule.by.includes('codeowners')) return rule;
  const isCovered = !hasUnowned(owners) || rule.by.some((entry) => entry !== 'codeowners');
  if (isCovered || rule === fallback) return { ...rule, owners };
  return {
    by: [...new Set([...rule.by, ...fallback.by])],
    quorum: Math.max(rule.quorum, fallback.quorum),
    exclude: [...new Set([...(rule.exclude ?? []), ...(fallback.exclude ?? [])])],
    owners,
  };
}
