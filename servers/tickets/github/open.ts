import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { githubAllowances } from '#shared/github/allowances.ts';
import { githubApp } from '#shared/github/app.ts';
import { appSigner } from '#shared/github/app-signer.ts';
import { isHosted } from '#shared/github/endpoints.ts';
import { withinLimits } from '#shared/github/limits.ts';
import { readTokens } from '#shared/github/read-tokens.ts';
import { tokenRevoker } from '#shared/github/revoke.ts';
import { repositorySessions } from '#shared/github/session.ts';
import { githubSponsors } from '#shared/github/sponsors.ts';
import { writePace } from '#shared/http/pace.ts';
import { patientFetch } from '#shared/http/retry.ts';
import type { OpenContext } from '#shared/server/backend-choice.ts';
import type { TicketBackendParts } from '../parts.ts';
import { githubIssuesDoor } from './door.ts';
import { examineGithub } from './examine.ts';
import { readPermissions } from './permissions.ts';
import { githubIssuesReader } from './reader.ts';
import { githubRepositories } from './repositories.ts';
import type { GithubIssuesOptions } from './settings.ts';

/** Connects the parts. Nothing is sent before the first read or write. */
export async function openGithubIssues({
  endpoints,
  appId,
  appKey,
  userAgent,
  onProblem,
  now = Date.now,
  readTimeoutMs = 10_000,
  writeTimeoutMs = 30_000,
  allowances = isHosted(endpoints) ? githubAllowances : [],
}: GithubIssuesOptions &
  Pick<OpenContext, 'userAgent' | 'onProblem'> & {
    readonly now?: () => number;
    readonly readTimeoutMs?: number;
    readonly writeTimeoutMs?: number;
    /** How many writes may leave in which time; what GitHub's own sites take unless given, and any number elsewhere. */
    readonly allowances?: typeof githubAllowances;
  }): Promise<TicketBackendParts> {
  const limits = withinLimits({ now });
  const patient = (fetch: typeof globalThis.fetch) => patientFetch(fetch, { budgetMs: readTimeoutMs, now });
  const traffic = { endpoints, userAgent, withinLimits: limits, timeoutMs: readTimeoutMs };
  const app = githubApp({ ...traffic, patient, appId, sign: appSigner(appKey) });
  const revoke = tokenRevoker({ ...traffic, onProblem });
  const permissions = { usual: readPermissions, all: [readPermissions] };
  const tokens = readTokens({ app, host: endpoints.origin, revoke, now, ...permissions });
  const open = repositorySessions({ ...traffic, tokens, patient });
  const repositories = githubRepositories({ app, open, tokens, revoke, now });
  const pace = writePace({ now, allowances });
  const writing = { endpoints, userAgent, app, repositories, withinLimits: limits, pace, revoke };
  return {
    reader: githubIssuesReader({ repositories, ownLogin: app.login }),
    door: githubIssuesDoor({ ...writing, timeoutMs: writeTimeoutMs }),
    sponsorAccess: (accountOf) =>
      githubSponsors({
        open,
        tokens,
        accountOf,
        about: ({ project, want }: TicketAsk) => ({ repository: project, want }),
      }),
    origin: endpoints.origin,
    examine: (projects) => examineGithub({ endpoints, userAgent, app, repositories, now }, projects),
    close: tokens.close,
  };
}
