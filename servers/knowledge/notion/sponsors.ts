import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { SponsorAccess, SponsorLevel } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import { absent } from '../absent.ts';
import type { People } from './people.ts';

/**
 * What people may do in Notion its API does not tell: only whether somebody is a member. So a blueprint has to take its
 * sponsors' word; one that is no member has no access in any case.
 */
export function notionSponsors({
  people,
  accountOf,
}: {
  readonly people: People;
  readonly accountOf: (sponsor: string) => string | null;
}): SponsorAccess<KnowledgeAsk> {
  return {
    accountOf,
    about: ({ namespace, want }) => ({ thing: namespace, wants: want }),
    levelOf: async (account, key): Promise<SponsorLevel> => {
      if (!(await people.isMember(account))) return 'none';
      throw new AppError('bad_configuration', `Notion does not tell what others may do in ${key}.`, {
        next: 'Ask the operator to write sponsor_access: unverified into the blueprint.',
      });
    },
    absent,
  };
}
