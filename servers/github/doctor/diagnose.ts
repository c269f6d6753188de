import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { patientFetch } from '#shared/http/retry.ts';
import { githubApp } from '../app.ts';
import { appSigner } from '../app-signer.ts';
import type { GithubConfig } from '../config.ts';
import { withinLimits } from '../limits.ts';
import { neededFor } from '../permissions.ts';
import { sessions } from '../read/session.ts';
import { readTokens } from '../read-tokens.ts';
import { tokenRevoker } from '../revoke.ts';
import { findings } from './finding.ts';
import { grantedBy } from './granted.ts';
import { lookAtApp } from './installation.ts';
import { lookAtOwn } from './own.ts';
import { lookAtRepository } from './repository.ts';
import { lookAtSite } from './site.ts';

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
    const tokens = readTokens({ app, host: endpoints.origin, revoke: tokenRevoker(revoking), now });
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
