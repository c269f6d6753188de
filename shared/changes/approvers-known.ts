import { byReview, namedApprover } from '#shared/blueprints/approvers.ts';
import { AppError } from '#shared/errors.ts';
import { type People, passkeysInUse } from '#shared/people/people.ts';
import { automaticIssuers } from './automatic-issuers.ts';
import { approversOf, entriesOf } from './code-owners.ts';
import type { SealedReview } from './review.ts';
import { mayReview } from './reviewed.ts';
import { asksForPasskey } from './step-up.ts';

/** What a server knows of those who could decide. */
export type ApproversKnown = {
  /** The list of people; absent where none is kept. */
  readonly people?: () => People;
  /** Whether people sign in by link, so that nobody says in which groups they are, or at a provider; absent: not known. */
  readonly signIn?: 'link' | 'provider';
};

/**
 * Throws AppError `not_permitted` for a rule that nobody could ever meet, so that no change waits for people who do not
 * exist. What is not known here counts as possible.
 */
export function assertMeetable(review: SealedReview, sponsor: string, known: ApproversKnown): void {
  const by = entriesOf(review).filter((entry) => entry !== 'codeowners');
  const why = review.by.includes(byReview)
    ? unmeetableReviews(review, sponsor, known)
    : (unmeetableOwners(review, sponsor, known) ?? unmeetable({ ...review, by }, sponsor, known));
  if (why === null) return;
  throw new AppError('not_permitted', `Nobody could approve this change, so it is refused: ${why}`, {
    next: 'Ask the operator of this server to mend the review rules of the blueprint or the list of people.',
  });
}

/** Where nobody else is named, whoever has an account there and is not the sponsor could review. */
function unmeetableReviews(review: SealedReview, sponsor: string, { people }: ApproversKnown): string | null {
  if (people === undefined) {
    return 'the rule goes by reviews on GitHub, and there is no list of people that says whose accounts are whose.';
  }
  const able = [...people().all.values()].filter(({ key, accounts, groups }) => {
    const who = { approver: { issuer: automaticIssuers.review, subject: key }, person: key, groups };
    return key !== sponsor && accounts.github !== undefined && mayReview(review, who);
  });
  if (able.length >= review.quorum) return null;
  const named = able.length === 0 ? 'nobody is' : `only ${able.length} is`;
  return `the rule wants ${review.quorum} to review it on GitHub, and ${named} known who could.`;
}

/** Owners are not named: whoever proposes need not be able to read who they are. */
function unmeetableOwners(review: SealedReview, sponsor: string, known: ApproversKnown): string | null {
  if (!review.by.includes('codeowners')) return null;
  const nobodys = 'and the rule names nobody besides the code owners.';
  if (review.by.length === 1 && review.owners?.sets.length === 0) return `it is about no file, ${nobodys}`;
  for (const set of review.owners?.sets ?? []) {
    const by = approversOf(set, review, undefined);
    if (unmeetable({ ...review, by: [...by], quorum: 1 }, sponsor, known) === null) continue;
    const paths = `${JSON.stringify(set.paths[0])}${set.paths.length > 1 ? ` and ${set.paths.length - 1} more` : ''}`;
    if (set.owners.length > 0) return `none of the code owners of ${paths} is known who could.`;
    return by.length === 0
      ? `nobody owns ${paths}, ${nobodys}`
      : `nobody owns ${paths}, and nobody else is known who could.`;
  }
  return null;
}

function unmeetable(review: SealedReview, sponsor: string, known: ApproversKnown): string | null {
  const { by, quorum, exclude } = review;
  const { signIn } = known;
  const people = known.people?.();
  const excludes = exclude?.includes('sponsor') ?? false;
  const stepUp = asksForPasskey(review);
  if (stepUp && people === undefined) {
    return 'the rule asks for passkeys, and there is no list of people that says which are whose.';
  }
  if (excludes && people === undefined) {
    return 'the rule leaves out the sponsor, and there is no list of people that says who that is.';
  }
  const named = by.flatMap((entry) => namedApprover(entry) ?? []);
  const isOpen = named.some(({ kind }) => {
    if (kind === 'local') return signIn !== 'provider' && !excludes && !stepUp;
    return kind === 'group' && signIn !== 'link' && !excludes && !stepUp;
  });
  if (isOpen) return null;
  // Whoever leaves out the sponsor, or asks for passkeys, lets only those approve whom the list names.
  const groupsByClaim = signIn !== 'link';
  const able = [...(people?.all.values() ?? [])].filter((person) => {
    if (excludes && person.key === sponsor) return false;
    if (stepUp && passkeysInUse(person).length === 0) return false;
    return named.some((one) => {
      if (one.kind === 'person') return one.name === person.key;
      if (one.kind === 'group') return groupsByClaim || person.groups.includes(one.name);
      return signIn !== 'provider' && person.signIn.some(({ issuer }) => issuer === 'countersign:local');
    });
  });
  if (able.length >= quorum) return null;
  const wanted = `${by.join(', ')}${excludes ? ' without the sponsor' : ''}${stepUp ? ', with a passkey' : ''}`;
  return `the rule wants ${quorum} of ${wanted}, and ${able.length === 0 ? 'nobody is' : `only ${able.length} is`} known who could.`;
}
