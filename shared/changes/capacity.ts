import * as z from 'zod';
import { type People, personOf } from '#shared/people/people.ts';
import { entriesOf, type Named } from './code-owners.ts';
import type { Approver } from './decision.ts';

/** What an approver was to review rules when they decided, as far as the rules ask for it, and who said so. */
export const capacity = z.strictObject({
  /** Their key in the list of people; null for nobody there. */
  person: z.string().min(1).nullable(),
  /** `people` is the list of people, `claim` the identity provider. */
  groups: z.array(z.strictObject({ group: z.string().min(1), from: z.array(z.enum(['people', 'claim'])).min(1) })),
});
export type Capacity = z.infer<typeof capacity>;

/** Somebody, as review rules look at them. */
export type Who = { readonly approver: Approver; readonly person: string | null; readonly groups: readonly string[] };

/** A signed-in person's capacity. */
type Known = {
  readonly key: string | null;
  readonly groups: readonly { readonly group: string; readonly from: readonly ('people' | 'claim')[] }[];
};

/** What of somebody a decision over changes with such rules says; undefined when there is nothing to say. */
export function capacityFor(known: Known, reviews: readonly Named[]): Capacity | undefined {
  const asked = new Set(reviews.flatMap(entriesOf));
  const groups = known.groups
    .filter(({ group }) => asked.has(`group:${group}`))
    .map(({ group, from }) => ({ group, from: [...from] }));
  return known.key === null && groups.length === 0 ? undefined : { person: known.key, groups };
}

/** Whom the list of people takes an identity for. */
export function personNow(
  { issuer, subject }: Approver,
  people: People | undefined,
): { readonly approver: Approver; readonly person: string | null } {
  const approver = { issuer, subject };
  return { approver, person: people === undefined ? null : (personOf(people, approver)?.key ?? null) };
}

/**
 * Who signed a decision, by what the list of people says now, where this server has one. Null when they do not count any
 * more: they were on the list, and are not, or are somebody else there. What an identity provider said stays as it was.
 */
export function whoNow(
  made: { readonly approver: Approver; readonly as?: Capacity | undefined },
  people: People | undefined,
): Who | null {
  const { approver, as: said = { person: null, groups: [] } } = made;
  if (people === undefined) return { approver, person: said.person, groups: said.groups.map(({ group }) => group) };
  const listed = personOf(people, approver);
  if (said.person !== null && listed?.key !== said.person) return null;
  const claimed = said.groups.filter(({ from }) => from.includes('claim')).map(({ group }) => group);
  return { approver, person: listed?.key ?? null, groups: [...claimed, ...(listed?.groups ?? [])] };
}
