import { type People, personOf } from '#shared/people/people.ts';
import type { Principal } from '../people/principal.ts';
import { SignInRefused } from './refusal.ts';
import type { Admission } from './rules.ts';

/** A group that somebody is in, and who says so. */
export type Membership = { readonly group: string; readonly from: readonly ('people' | 'claim')[] };

/** Who somebody is to review rules. */
export type KnownPerson = {
  /** Their key in people.yaml, as blueprints name them; null for nobody there. */
  readonly key: string | null;
  readonly groups: readonly Membership[];
};

/** Says who a principal is. Throws AppError `bad_configuration` while the list of people cannot be used. */
export type KnowPerson = (principal: Principal) => KnownPerson;

/** Unites what people.yaml says of somebody with what their provider says. */
export function personKnower(people: (() => People) | undefined): KnowPerson {
  return ({ approver, groups }) => {
    const person = people === undefined ? null : personOf(people(), approver);
    const listed = new Set(person?.groups ?? []);
    const claimed = new Set(groups);
    const memberships = [...new Set([...listed, ...claimed])].map((group): Membership => {
      const from = [
        ...(listed.has(group) ? ['people' as const] : []),
        ...(claimed.has(group) ? ['claim' as const] : []),
      ];
      return { group, from };
    });
    return { key: person?.key ?? null, groups: memberships };
  };
}

/**
 * Throws `SignInRefused` unless a principal may use the console now: asked at sign-in and at every request, so that who
 * is taken off the list is out.
 */
export function assertAdmitted(admission: Admission, know: KnowPerson, principal: Principal): void {
  if (admission.everyone) return;
  const { key, groups } = know(principal);
  if (admission.people && key !== null) return;
  if (groups.some(({ group }) => admission.groups.includes(group))) return;
  throw new SignInRefused('not_admitted');
}
