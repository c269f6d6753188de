import type { People } from './people.ts';

/**
 * The entry of a review rule for an owner as CODEOWNERS names one: `@login` is the person with that account, `@org/team`
 * the group that the list of people maps it to. Null for everybody else, and for e-mail addresses.
 */
export function entryOfOwner(owner: string, { all, teams }: People): string | null {
  const [, name] = /^@(.+)$/u.exec(owner.toLowerCase()) ?? [];
  if (name === undefined) return null;
  if (name.includes('/')) {
    const group = teams.get(name);
    return group === undefined ? null : `group:${group}`;
  }
  const person = [...all.values()].find(({ accounts }) => accounts.github?.toLowerCase() === name);
  return person === undefined ? null : `person:${person.key}`;
}
