import * as z from 'zod';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import type { SponsorAccess, SponsorLevel } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import { absent } from '../absent.ts';
import { user } from './answers.ts';
import { isProjectKey } from './ids.ts';

/** What the tools can do in a project: who may do all of it may write there. */
export const writing = [
  ...['CREATE_ISSUES', 'EDIT_ISSUES', 'TRANSITION_ISSUES', 'ADD_COMMENTS', 'LINK_ISSUES', 'ASSIGN_ISSUES'],
] as const;

const users = z.array(user);

/**
 * What Jira says that people may do, by their account ids. Who may write is asked with a request that wants *Administer
 * Projects* there, who may only read with one that wants *Browse users and groups*: telling another's permission otherwise
 * takes *Administer Jira*. An account that Jira does not know may do nothing.
 */
export function jiraSponsors({
  reads,
  accountOf,
}: {
  readonly reads: Reads;
  readonly accountOf: (sponsor: string) => string | null;
}): SponsorAccess<TicketAsk> {
  const among = async (path: readonly string[], query: Record<string, string>): Promise<boolean> => {
    const found = await reads.get({ path, query, answer: users }).catch((error: unknown) => {
      throw isRefusal(error) ? mayNotAsk(query['projectKey'], error) : error;
    });
    return found?.some(({ accountId }) => accountId === query['accountId']) ?? false;
  };
  return {
    accountOf,
    about: ({ project, want }) => ({ thing: project, wants: want }),
    levelOf: async (accountId, projectKey): Promise<SponsorLevel> => {
      if (!isProjectKey(projectKey)) return 'none';
      const permissions = ['BROWSE_PROJECTS', ...writing].join(',');
      if (await among(['user', 'permission', 'search'], { accountId, projectKey, permissions })) return 'write';
      return (await among(['user', 'viewissue', 'search'], { accountId, projectKey })) ? 'read' : 'none';
    },
    absent,
  };
}

const isRefusal = (error: unknown): boolean => error instanceof AppError && error.code === 'backend_refused';

function mayNotAsk(project: string | undefined, cause: unknown): AppError {
  const message = `Jira does not tell this server's account what others may do in ${project ?? 'this project'}.`;
  return new AppError('bad_configuration', message, {
    next: 'Ask the operator to make the account an administrator of the project, or to write sponsor_access: unverified into the blueprint.',
    cause,
  });
}
