import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { githubApp } from '../app.ts';
import { appSigner } from '../app-signer.ts';
import { githubBackend } from '../backend.ts';
import type { GithubConfig } from '../config.ts';
import { withinLimits } from '../limits.ts';
import { neededFor } from '../permissions.ts';
import { patientFetch } from '../retry.ts';
import { findings } from './finding.ts';
import { grantedBy } from './granted.ts';
import { lookAtApp } from './installation.ts';
import { lookAtOwn } from './own.ts';
import { lookAtRepository } from './repository.ts';
import { lookAtSite } from './site.ts';

/** What an App cannot be shown, so that nobody takes silence for an answer. */
const unseen =
  'Who may bypass a ruleset, whether workflows of forks wait for an approval, what environments ask first, and what the ' +
  'default permissions of GITHUB_TOKEN are cannot be seen with the permissions that the App should have.';

/** Looks at everything between this server and its GitHub. Writes nothing anywhere. */
export async function diagnose({
  config,
  blueprints,
  now = Date.now,
}: {
  readonly config: Pick<
    GithubConfig,
    'endpoints' | 'appId' | 'appKey' | 'userAgent' | 'logHosts' | 'decisionKeys' | 'ledger'
  > & { readonly check?: boolean };
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
    const patient = (fetch: typeof globalThis.fetch) => patientFetch(fetch, { budgetMs: 10_000, now });
    const app = githubApp({
      ...config,
      sign: appSigner(config.appKey),
      withinLimits: withinLimits({ now }),
      patient,
      now,
    });
    const { reader } = githubBackend({ config, onProblem: () => {}, now });
    const names = granted.repositories.map(({ name }) => name);
    const [ofApp, ...ofRepositories] = await Promise.all([
      lookAtApp({ endpoints, userAgent, app, needed: neededFor(granted.tools, config), granted: names }),
      ...granted.repositories.map((one) => lookAtRepository(reader, one)),
    ]);
    return [...ofApp, ...ofRepositories.flat(), findings('GitHub').unseen('beyond', unseen)];
  }
}
