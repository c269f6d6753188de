import type { People, Person } from './people.ts';

/**
 * Says why somebody whom blueprints name as a sponsor has no writes, or null when they have: an agent must not have
 * power that nobody answers for. Throws AppError `bad_configuration` while the list of people cannot be used.
 */
export function sponsorRule(people: () => People): (sponsor: string) => string | null {
  return (sponsor) => {
    if (people().all.has(sponsor)) return null;
    return `The list of people does not name the sponsor "${sponsor}", so nothing may be written for them.`;
  };
}

/**
 * The account in a backend of somebody whom blueprints name as a sponsor; null where the list of people gives none. Without
 * a list a sponsor's name is all that is known of them, and is their login. Throws AppError `bad_configuration` while the
 * list cannot be used.
 */
export function sponsorAccounts(
  people: (() => People) | undefined,
  backend: keyof Person['accounts'],
): (sponsor: string) => string | null {
  return (sponsor) => (people === undefined ? sponsor : (people().all.get(sponsor)?.accounts[backend] ?? null));
}
