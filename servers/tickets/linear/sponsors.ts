import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { SponsorAccess, SponsorLevel } from '#shared/changes/sponsors.ts';
import { absent } from '../absent.ts';
import { people, type UserWithTeam } from './documents/queries.ts';
import { readError } from './errors.ts';
import type { Send } from './transport.ts';

type Team = { readonly visibility: 'public' | 'private' | 'restricted'; readonly retiredAt: string | null };

/** Linear has no right to read alone: who sees a team writes to it, unless it was retired. */
export function accessTo(user: UserWithTeam, team: Team | undefined): SponsorLevel {
  if (team === undefined || !user.active) return 'none';
  const isIn = user.teams.nodes.length > 0 || (team.visibility === 'public' && user.canAccessAnyPublicTeam);
  if (!isIn) return 'none';
  return team.retiredAt === null ? 'write' : 'read';
}

/** What people may do, as Linear tells of its users: an account is the id or the e-mail address of one. */
export function linearSponsors({
  read,
  accountOf,
}: {
  readonly read: Send;
  readonly accountOf: (sponsor: string) => string | null;
}): SponsorAccess<TicketAsk> {
  return {
    accountOf,
    about: ({ project, want }) => ({ thing: project, wants: want }),
    levelOf: async (account, project) => {
      const answer = await read(people, { filter: accountFilter(account), team: project }).catch((error: unknown) => {
        throw readError(error);
      });
      const [user, ...others] = answer.users.nodes;
      return user === undefined || others.length > 0 ? 'none' : accessTo(user, answer.teams.nodes[0]);
    },
    absent,
  };
}

/** An id or an e-mail address, as the list of people has it; names are not looked at, because anybody can choose theirs. */
function accountFilter(account: string): unknown {
  return account.includes('@') ? { email: { eqIgnoreCase: account } } : { id: { eq: account } };
}
