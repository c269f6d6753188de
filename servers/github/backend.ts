import type { RepoAsk, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import type { SponsorAccess } from '#shared/changes/sponsors.ts';
import { githubAllowances } from '#shared/github/allowances.ts';
import { githubApp } from '#shared/github/app.ts';
import { appSigner } from '#shared/github/app-signer.ts';
import { isHosted } from '#shared/github/endpoints.ts';
import { withinLimits } from '#shared/github/limits.ts';
import { readTokens } from '#shared/github/read-tokens.ts';
import { tokenRevoker } from '#shared/github/revoke.ts';
import { githubSponsors } from '#shared/github/sponsors.ts';
import { writePace } from '#shared/http/pace.ts';
import { patientFetch } from '#shared/http/retry.ts';
import { commitsOfPull, openHeads } from './check/open-heads.ts';
import { reportPoster } from './check/post.ts';
import type { HeadChecks } from './check/say-of-heads.ts';
import type { GithubConfig } from './config.ts';
import { githubDoor } from './door.ts';
import { gitUpstream, type Upstream } from './git/upstream.ts';
import { sessions } from './read/session.ts';
import { githubReader } from './reader.ts';
import { safeguardsCache } from './safeguards.ts';
import { allReadPermissions, readPermissions } from './tokens.ts';

/** GitHub as the rest of the server has it: a reader for everybody, and a door that only a permit opens. */
export type GithubBackend = {
  readonly reader: RepoReader;
  readonly door: WriterDoor<RepoWriter, RepoTarget>;
  /** GitHub as git has it, to read. */
  readonly upstream: Upstream;
  /** What says of heads who answered for them. */
  readonly checks: HeadChecks;
  /** What sponsors may do there, by their logins. */
  readonly sponsorAccess: (accountOf: (sponsor: string) => string | null) => SponsorAccess<RepoAsk>;
  /** Ends the credentials that are left. */
  readonly close: () => Promise<void>;
};

/** Connects the parts. Nothing is sent before the first read or write. */
export function githubBackend({
  config,
  onProblem,
  beforeMerge,
  now = Date.now,
  readTimeoutMs = 10_000,
  writeTimeoutMs = 30_000,
  allowances = isHosted(config.endpoints) ? githubAllowances : [],
}: {
  readonly config: Pick<GithubConfig, 'endpoints' | 'appId' | 'appKey' | 'userAgent' | 'logHosts'>;
  /** Gets what went wrong where nobody waits. */
  readonly onProblem: (error: unknown) => void;
  /** Runs before a pull request of a repository is merged. */
  readonly beforeMerge?: (repository: string) => Promise<void>;
  readonly now?: () => number;
  readonly readTimeoutMs?: number;
  readonly writeTimeoutMs?: number;
  /** How many writes may leave in which time; what GitHub's own sites take unless given, and any number elsewhere. */
  readonly allowances?: typeof githubAllowances;
}): GithubBackend {
  const { endpoints, userAgent, logHosts } = config;
  const limits = withinLimits({ now });
  const patient = (fetch: typeof globalThis.fetch) => patientFetch(fetch, { budgetMs: readTimeoutMs, now });
  const traffic = { withinLimits: limits, patient };
  const sign = appSigner(config.appKey);
  const app = githubApp({ ...config, ...traffic, sign, timeoutMs: readTimeoutMs });
  const revoke = tokenRevoker({ endpoints, userAgent, withinLimits: limits, onProblem, timeoutMs: readTimeoutMs });
  const tokens = readTokens({
    app,
    host: endpoints.origin,
    revoke,
    now,
    usual: readPermissions,
    all: allReadPermissions,
  });
  const open = sessions({ endpoints, tokens, userAgent, logHosts, ...traffic, timeoutMs: readTimeoutMs });
  const reader = githubReader({ open, app, safeguards: safeguardsCache({ open, now }) });
  const pace = writePace({ now, allowances });
  const writing = { endpoints, app, userAgent, onProblem, withinLimits: limits, pace, timeoutMs: writeTimeoutMs };
  return {
    reader,
    door: githubDoor({ ...writing, ...(beforeMerge && { beforeMerge }) }),
    checks: {
      heads: openHeads({ endpoints, tokens, userAgent, withinLimits: limits, timeoutMs: readTimeoutMs }),
      commits: (repository, number) => commitsOfPull(open, repository, number),
      reviews: reader.reviews,
      ownLogin: reader.ownLogin,
      post: reportPoster(writing),
    },
    upstream: gitUpstream({ endpoints, tokens, userAgent, timeoutMs: readTimeoutMs }),
    sponsorAccess: (accountOf) =>
      githubSponsors({ open, tokens, accountOf, about: ({ repository, want }: RepoAsk) => ({ repository, want }) }),
    close: tokens.close,
  };
}
