import { byReview, namedApprover } from '#shared/blueprints/approvers.ts';
import { type People, personOf } from '#shared/people/people.ts';
import { automaticIssuers } from './automatic-issuers.ts';
import type { Who } from './capacity.ts';
import { approversOf, entriesOf, type OwnerSet } from './code-owners.ts';
import type { Approver } from './decision.ts';
import type { Requester, SealedBody } from './sealed.ts';

/** The issuer of people who signed in at this machine's own console. */
export const localIssuer = 'countersign:local';

type Person = Pick<Who, 'approver' | 'person'>;
type Reviewed = Pick<SealedBody, 'review' | 'requester' | 'sponsor' | 'flags'>;

/** Whether a rule names somebody, whatever else is in their way. */
export function isNamed(review: SealedBody['review'], who: Who): boolean {
  return entriesOf(review).some((entry) => isMeant(entry, who));
}

/**
 * Whether a rule makes a change somebody's business: it names them, or goes by the reviews of anybody in the list of
 * people, who can then see it and turn it down without going to the backend.
 */
export function isConcerned(review: SealedBody['review'], who: Who): boolean {
  if (isNamed(review, who)) return true;
  const isAnybodys = review.by.every((entry) => entry === byReview || entry === 'codeowners');
  const isKnown = who.person !== null || who.approver.issuer === localIssuer;
  return isKnown && isAnybodys && review.by.includes(byReview);
}

/** Whether an entry of a rule is about somebody. Who the code owners are, their own entries say. */
function isMeant(entry: string, { approver, person, groups }: Who): boolean {
  const named = namedApprover(entry);
  switch (named?.kind) {
    case 'local':
      return approver.issuer === localIssuer;
    case 'person':
      return person === named.name;
    case 'group':
      return groups.includes(named.name);
    case byReview:
      return approver.issuer === automaticIssuers.review;
    default:
      return false;
  }
}

/** Whether some of these people may approve the files of a set. */
export function isApproved(
  set: OwnerSet,
  review: SealedBody['review'],
  approvers: readonly Who[],
  people: People | undefined,
): boolean {
  return approversOf(set, review, people).some((entry) => approvers.some((who) => isMeant(entry, who)));
}

/** Whether a rule that wants code owners has one of each file among these people; another rule wants none. */
export function meetsOwners(
  review: SealedBody['review'],
  approvers: readonly Who[],
  people: People | undefined,
): boolean {
  if (!review.by.includes('codeowners')) return true;
  return review.owners?.sets.every((set) => isApproved(set, review, approvers, people)) ?? false;
}

/** Why somebody may not decide a change at all, or null. */
export function denyDecision({ review }: Pick<SealedBody, 'review'>, who: Who): string | null {
  return isConcerned(review, who) ? null : 'The review rule of this change names other approvers.';
}

/**
 * Why somebody may not approve a change, or null when they may. Asked by the approvals server before it signs, and by
 * the executor again before it writes. `together`: how many changes are approved by the same decision.
 */
export function denyApproval(
  body: Reviewed,
  who: Who,
  { together = 1, people }: { readonly together?: number; readonly people?: People | undefined } = {},
): string | null {
  const denial = denyDecision(body, who) ?? denyHere(body, who) ?? denySponsor(body, who);
  if (denial) return denial;
  // To put back one's own agent's work is no risk to anybody; to undo what others did since needs one more person.
  if (isOwn(body.requester, who, people) && body.flags.some((flag) => flag.code === 'overwrites_others')) {
    return 'This restore overwrites what others did since; another person than the one who asked has to approve it.';
  }
  return denyTogether(body.requester, who, together, people);
}

function denyHere({ review }: Reviewed, who: Who): string | null {
  return isNamed(review, who) ? null : 'This change is approved by a review on GitHub, and can only be rejected here.';
}

function denySponsor({ review, sponsor }: Reviewed, { person }: Who): string | null {
  if (!review.exclude?.includes('sponsor')) return null;
  if (person === null) {
    return 'The sponsor may not approve this change, and who is not in the list of people could be the sponsor.';
  }
  return person === sponsor ? 'Another person than the sponsor has to approve this change.' : null;
}

/** Restores that their requester may approve alone in one decision; more are a large intervention. */
const mostAlone = 20;

/** Why the one who asked for so many restores may not approve them in one decision; null when they may. */
export function denyTogether(requester: Requester, who: Person, together: number, people?: People): string | null {
  return together > mostAlone && isOwn(requester, who, people)
    ? `More than ${mostAlone} restores at once have to be approved by another person than the one who asked for them.`
    : null;
}

/** One person is one person, in whatever way they signed in. */
function isOwn(requester: Requester, { approver, person }: Person, people: People | undefined): boolean {
  if (requester.kind !== 'person') return false;
  if (requester.issuer === approver.issuer && requester.subject === approver.subject) return true;
  return people !== undefined && person !== null && personOf(people, requester)?.key === person;
}

/** Whether these people are enough. One person counts once, however many identities they have. */
export function meetsQuorum({ quorum }: Pick<SealedBody['review'], 'quorum'>, approvers: readonly Person[]): boolean {
  return distinct(approvers) >= quorum;
}

/** How many people these are. */
export function distinct(approvers: readonly Person[]): number {
  const identity = ({ issuer, subject }: Approver): string => JSON.stringify([issuer, subject]);
  return new Set(approvers.map(({ approver, person }) => (person === null ? identity(approver) : `person ${person}`)))
    .size;
}
