import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { People } from '#shared/people/people.ts';
import { denyApprovals } from './approvals.ts';
import { termsIn } from './check-grant.ts';
import { denyTerms, offeredBy } from './grant-terms.ts';
import { needsPerson } from './needs-person.ts';
import { reviewOf } from './review.ts';
import type { SealedBody } from './sealed.ts';
import type { UnderGrant } from './verify-by-grant.ts';

/**
 * Why the task grant that a change came under does not carry it now, by the list of people and the blueprint as they are;
 * null when it does. That its giver could approve the change itself is asked like of any approval.
 */
export function denyUnderGrant(
  body: SealedBody,
  { grant, origin, approval }: UnderGrant,
  { people, blueprint }: { readonly people: People | undefined; readonly blueprint: Blueprint },
): string | null {
  const person = needsPerson(body) ?? denyApprovals(origin, [approval], people);
  if (person !== null || blueprint.digest === origin.blueprint?.digest) return person;
  // Under an edited blueprint the change that the grant came with is looked at anew, like any that is not carried out yet.
  const { owners } = origin.review;
  const presently = { ...origin, review: reviewOf(blueprint.review, { ...origin, own: false, owners }) };
  const offered = offeredBy(presently);
  const isOffered = offered !== null && denyTerms(offered, termsIn(grant)) === null;
  if (isOffered && denyApprovals(presently, [approval], people) === null) return null;
  return 'Its blueprint does not offer such a task grant any more.';
}
