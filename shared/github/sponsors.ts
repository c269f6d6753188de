import * as z from 'zod';
import type { SponsorAccess, SponsorLevel } from '../changes/sponsors.ts';
import { noRepository, repositoryName } from './names.ts';
import type { ReadTokens } from './read-tokens.ts';
import type { OpenSession } from './session.ts';

/**
 * `permission` is one of these four whatever roles an owner made up: `maintain` is `write` there, `triage` is `read`.
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
const levels = { admin: 'write', write: 'write', read: 'read', none: 'none' } as const;

const answer = z.object({
  permission: z.enum(['admin', 'write', 'read', 'none']),
  user: z.object({ login: z.string() }),
});

/**
 * What GitHub says that people may do, read with the token of the repository concerned. An account that GitHub does not
 * know may do nothing.
 */
export function githubSponsors<A>({
  open,
  tokens,
  accountOf,
  about,
}: {
  readonly open: OpenSession;
  readonly tokens: ReadTokens;
  readonly accountOf: (sponsor: string) => string | null;
  /** The repository that an ask is about, as `owner/name`, and what it wants there. */
  readonly about: (ask: A) => { readonly repository: string; readonly want: 'read' | 'write' };
}): SponsorAccess<A> {
  return {
    accountOf,
    about: (ask) => {
      const { repository, want } = about(ask);
      return { thing: repository.toLowerCase(), wants: want };
    },
    levelOf: async (account, repository): Promise<SponsorLevel> => {
      const path = ['collaborators', account, 'permission'];
      const found = await open(repository).get({ path, data: answer });
      // The name may lead to another repository by now, which the token that is at hand is not for.
      if (found === null) tokens.forget(repositoryName(repository));
      const isTheirs = found?.user.login.toLowerCase() === account.toLowerCase();
      return found !== null && isTheirs ? levels[found.permission] : 'none';
    },
    absent: noRepository,
  };
}
