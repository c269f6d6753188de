import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { findings } from '#shared/doctor/finding.ts';
import { lookAtOwn } from '#shared/doctor/own.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { githubApp } from '#shared/github/app.ts';
import { appSigner } from '#shared/github/app-signer.ts';
import { lookAtApp } from '#shared/github/doctor/installation.ts';
import { lookAtSite } from '#shared/github/doctor/site.ts';
import { withinLimits } from '#shared/github/limits.ts';
import { readTokens } from '#shared/github/read-tokens.ts';
import { tokenRevoker } from '#shared/github/revoke.ts';
import { patientFetch } from '#shared/http/retry.ts';
import type { GithubConfig } from '../config.ts';
import { neededFor } from '../permissions.ts';
import { sessions } from '../read/session.ts';
import { allReadPermissions, readPermissions } from '../tokens.ts';
import { grantedBy } from './granted.ts';
import { lookAtRepository } from './repository.ts';

/** What an App cannot be shown, so that nobody takes silence for an answer. */
const unseen =
  'Who else may bypass a ruleset, whether workflows of forks wait for an approval, what environments ask first, and what the ' +
  'default permissions of GITHUB_TOKEN are cannot be seen with the permissions that the App should have.';

/** How long one read may take with all its tries, in milliseconds. */
const budgetMs = 10_000;

/** Looks at everything between this server and its GitHub. Writes nothing anywhere. */
export async function diagnose({
  config,
  blueprints,
  now = Date.now,
}: {
  readonly config: Pick<GithubConfig, 'endpoints' | 'appId' | 'appKey' | 'userAgent' | 'decisionKeys' | 'ledger'> & {
    readonly check?: boolean;
  };
  readonly blueprints: readonly Blueprint[];
  readonly now?: () => number;
}): Promise<Report> {
  const { endpoints, userAgent } = config;
  const granted = grantedBy(blueprints);
  const [site, own] = await Promise.all([lookAtSite({ endpoints, userAgent, now }), lookAtOwn(config)]);
  const there = site.reached ? await lookThere() : [];
  const head = { format: 'countersign/doctor@1', server: 'github', backend: endpoints.origin } as const;
  return { ...head, reached: site.reached, findings: [...own, ...site.found, ...there] };

  async function lookThere(): Promise<readonly Finding[]> {
    const limits = withinLimits({ now });
    const patient = (fetch: typeof globalThis.fetch) => patientFetch(fetch, { budgetMs, now });
    const traffic = { withinLimits: limits, patient };
    const app = githubApp({ ...config, ...traffic, sign: appSigner(config.appKey) });
    const revoking = { endpoints, userAgent, withinLimits: limits, onProblem: () => {}, timeoutMs: budgetMs };
    const tokens = readTokens({
      app,
      host: endpoints.origin,
      revoke: tokenRevoker(revoking),
      now,
      usual: readPermissions,
      all: allReadPermissions,
    });
    const open = sessions({ endpoints, tokens, userAgent, logHosts: [], ...traffic });
    const names = granted.repositories.map(({ name }) => name);
    try {
      const [ofApp, ...ofRepositories] = await Promise.all([
        lookAtApp({ endpoints, userAgent, app, needed: neededFor(granted.tools, config), granted: names }),
        ...granted.repositories.map((one) => lookAtRepository(open, one)),
      ]);
      return [...ofApp, ...ofRepositories.flat(), findings('GitHub').unseen('beyond', unseen)];
    } finally {
      await tokens.close();
    }
  }
}
