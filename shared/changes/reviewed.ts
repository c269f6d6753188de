import { byReview } from '#shared/blueprints/approvers.ts';
import { type People, type Person, personOfGithub } from '#shared/people/people.ts';
import type { BackendReview } from '#shared/tools/index.ts';
import { automaticIssuers } from './automatic-issuers.ts';
import type { Who } from './capacity.ts';
import { isNamed, meetsOwners, meetsQuorum } from './entitled.ts';
import type { SealedBody } from './sealed.ts';

/** The part of a change that says whose reviews on the backend count for it. */
export type ReviewedBody = Pick<SealedBody, 'review' | 'sponsor' | 'reviewable'>;

/** A review on the backend, whose it is by the list of people, and why it does not count; null where it does. */
export type JudgedReview = BackendReview & { readonly person: string | null; readonly not: string | null };

/** What all of them come to. */
export type Judged = {
  readonly all: readonly JudgedReview[];
  /** The approvals that count. */
  readonly counted: readonly (JudgedReview & { readonly person: string })[];
  /** Why they do not approve the change; null where they do. */
  readonly denial: string | null;
};

/** Whether a change can be approved by reviews on the backend itself. */
export function goesByReviews({ review, reviewable }: Pick<SealedBody, 'review' | 'reviewable'>): boolean {
  return review.by.includes(byReview) && review.rule !== undefined && reviewable !== undefined;
}

/** Whether nobody can approve a change in the console: only owners of its files, if anybody, are named beside reviews. */
export function isApprovedThereOnly(body: Pick<SealedBody, 'review' | 'reviewable'>): boolean {
  return goesByReviews(body) && body.review.by.every((entry) => entry === byReview || entry === 'codeowners');
}

/** The commit whose review on the backend a change goes by; null for any other change. */
export function reviewedHead(body: Pick<SealedBody, 'review' | 'reviewable'>): string | null {
  return goesByReviews(body) ? (body.reviewable?.head ?? null) : null;
}

/**
 * What the last answers of reviewers come to, by what is known of people now. Asked by the approvals server before it
 * signs, and by the executor again before it writes.
 */
export function judgeReviews(
  body: ReviewedBody,
  reviews: readonly BackendReview[],
  people: (() => People) | undefined,
): Judged {
  const known = people?.();
  const all = reviews.map((one): JudgedReview => {
    const person = known ? personOfGithub(known, one.login) : null;
    return { ...one, person: person?.key ?? null, not: whyNot(body, one, person) };
  });
  const counted = all.flatMap((one) => {
    const { person, not, state } = one;
    return person !== null && not === null && state === 'approved' ? [{ ...one, person }] : [];
  });
  return { all, counted, denial: denialOf(body, { all, counted }, known) };
}

function denialOf(
  body: ReviewedBody,
  { all, counted }: Pick<Judged, 'all' | 'counted'>,
  people: People | undefined,
): string | null {
  if (!goesByReviews(body)) return 'Its review rule does not go by reviews on GitHub.';
  if (people === undefined) return 'There is no list of people that says whose account is whose.';
  // Whoever of the list may write there can hold it, whether or not the rule lets them approve.
  const against = all.find((one) => {
    return one.state === 'changes_requested' && one.person !== null && one.mayWrite && isOfHead(body, one);
  });
  if (against) return `${against.person} asks for changes at this very commit.`;
  const who = counted.map(({ account, person }) => whoOf(account, people.all.get(person)));
  if (!meetsQuorum(body.review, who)) {
    const lacking = 'Not enough approving reviews of exactly this commit, by people who may approve it.';
    return all.find(({ state, not }) => state !== 'changes_requested' && not !== null)?.not ?? lacking;
  }
  if (meetsOwners(body.review, who, people)) return null;
  return 'Not every file was approved by one of its code owners, on GitHub.';
}

function isOfHead({ reviewable }: ReviewedBody, { head }: BackendReview): boolean {
  return head === reviewable?.head;
}

/** Why an answer of a reviewer is no approval that counts. */
function whyNot(body: ReviewedBody, one: BackendReview, person: Person | null): string | null {
  const login = `@${one.login}`;
  if (one.state === 'dismissed') return `The review of ${login} was dismissed.`;
  if (one.state === 'changes_requested') return `${login} asks for changes.`;
  if (!isOfHead(body, one)) return `The review of ${login} is of another commit.`;
  if (!one.mayWrite) return `${login} may not write to the repository.`;
  if (person === null) return `Nobody in the list of people has the account ${login}.`;
  if (person.key === body.sponsor) return 'The sponsor’s own review does not count.';
  return mayReview(body.review, whoOf(one.account, person)) ? null : `The review rule names others than ${person.key}.`;
}

function whoOf(account: string, person: Person | undefined): Who {
  const approver = { issuer: automaticIssuers.review, subject: account };
  return { approver, person: person?.key ?? null, groups: person?.groups ?? [] };
}

/** Those who are named beside reviews are the ones whose reviews count; where only owners are, their files say so. */
export function mayReview(review: SealedBody['review'], who: Who): boolean {
  const rest = review.by.filter((entry) => entry !== byReview);
  return rest.every((entry) => entry === 'codeowners') || isNamed({ ...review, by: rest }, who);
}
