import { atlassianLimits } from '#shared/atlassian/limits.ts';
import { atlassianTokens } from '#shared/atlassian/tokens.ts';
import { readsWith, sendWith } from '#shared/atlassian/transport.ts';
import { fetchWithin } from '#shared/http/fetch.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import type { TicketBackendParts } from '../parts.ts';
import { jiraDoor } from './door.ts';
import { examineJira } from './examine.ts';
import { readMyself } from './people.ts';
import { mayArchive } from './powers.ts';
import { jira } from './product.ts';
import { backendOf, jiraReader } from './reader.ts';
import type { JiraOptions } from './settings.ts';
import { jiraSponsors } from './sponsors.ts';

/**
 * Connects the parts. Where the operator says that tickets can be archived, it asks once whether the account may: what it
 * may not, or what cannot be told then, agents are not shown.
 */
export async function openJira({
  endpoints,
  credential,
  archive,
  userAgent,
  onProblem,
  now = Date.now,
  readTimeoutMs = 10_000,
  writeTimeoutMs = 30_000,
}: JiraOptions &
  Pick<OpenContext, 'userAgent' | 'onProblem'> & {
    readonly now?: () => number;
    readonly readTimeoutMs?: number;
    readonly writeTimeoutMs?: number;
  }): Promise<TicketBackendParts> {
  const { site, token: url } = endpoints;
  const asking = { userAgent, timeoutMs: readTimeoutMs, maxBytes: 64 * 1024, redirects: 'refuse' } as const;
  const tokens = atlassianTokens({
    product: jira,
    url,
    credential,
    fetch: fetchWithin({ ...asking, origin: new URL(url).origin }),
    now,
  });
  const traffic = { product: jira, endpoints, userAgent, tokens, withinLimits: atlassianLimits(jira, { now }), now };
  const reads = readsWith('read', { ...traffic, timeoutMs: readTimeoutMs });
  const myself = readMyself(reads);
  const archives = archive && (await mayArchive(reads).catch(onProblemAs(onProblem, false)));
  const backend = backendOf(archives ? [] : ['archive_ticket']);
  return {
    reader: jiraReader({ backend, reads, site, archives, myself, now }),
    door: jiraDoor({
      // What is read before a write is read with the token that writes.
      reads: readsWith('write', { ...traffic, timeoutMs: readTimeoutMs }),
      send: sendWith({ ...traffic, timeoutMs: writeTimeoutMs }),
      site,
    }),
    sponsorAccess: (accountOf) => jiraSponsors({ reads, accountOf }),
    origin: site,
    examine: (projects) =>
      examineJira({ product: jira, endpoints, credential, archive, tokens, reads, myself, now }, projects),
    close: async () => tokens.forget(),
  };
}

function onProblemAs<T>(onProblem: (error: unknown) => void, otherwise: T): (error: unknown) => T {
  return (error) => {
    onProblem(error);
    return otherwise;
  };
}
