import type { People } from './people.ts';

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
