import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { diskSize } from '#shared/config/bytes.ts';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import { suiteVersion } from '#shared/config/version.ts';
import { ledgerLocation } from '#shared/ledger/location.ts';
import { appKeyOf, appKeySettings, pemSetting, withOneAppKey } from './app-key.ts';
import type { AppKey } from './app-signer.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';
import type { GitSettings } from './git/open.ts';

/** The settings of the GitHub server. */
export type GithubConfig = {
  /** Where GitHub is: from COUNTERSIGN_GITHUB_URL. */
  readonly endpoints: Endpoints;
  /** The GitHub App's number. */
  readonly appId: number;
  /** The GitHub App's private key, or who signs with it. */
  readonly appKey: AppKey;
  /** The ledger's file or `postgres://` URL, shared by the servers of the suite. A URL may hold a password. */
  readonly ledger: string;
  /** The file of the keys that contents are encrypted with; undefined where they are not. */
  readonly contentsKeys: string | undefined;
  /** How long a change is held by an executor that gives no sign of life, in milliseconds. */
  readonly leaseMs: number;
  /** Port of the MCP listener; 0 lets the system choose. */
  readonly port: number;
  /** A blueprint file, or a directory of them; the demo's unless another is named. */
  readonly blueprints: string;
  /** The list of people, without whom a sponsor has no writes; undefined where none is kept. */
  readonly people: string | undefined;
  /** Whether people sign in by link or at a provider; undefined where nobody says. */
  readonly signIn: 'link' | 'provider' | undefined;
  /** File with the public keys of those who may sign decisions. */
  readonly decisionKeys: string;
  /** Base of the console's address, for links to a change. Without a slash at the end. */
  readonly reviewUrl: string;
  /** Hosts that logs of jobs may be fetched from, beside those that GitHub documents. */
  readonly logHosts: readonly string[];
  /** How often GitHub is asked for the reviews that a change waits for, in milliseconds. */
  readonly reviewsEveryMs: number;
  /** Whether a check says of the heads of pull requests who answered for them. */
  readonly check: boolean;
  /** How git is served; null where it is not. */
  readonly git: GitSettings | null;
  /** How this server names itself to GitHub. */
  readonly userAgent: string;
  /** The version of the suite. */
  readonly version: string;
};

const defaultBlueprint = fileURLToPath(new URL('../../capabilities/blueprints/default.yaml', import.meta.url));

const environmentSchema = z.object({
  COUNTERSIGN_GITHUB_URL: z
    .string('is needed: https://api.github.com, or https://HOST of a GitHub Enterprise Server')
    .transform(readEndpoints),
  COUNTERSIGN_GITHUB_APP_ID: z.coerce.number('is needed: the number of the GitHub App').int().positive(),
  ...appKeySettings,
  COUNTERSIGN_GITHUB_LOG_HOSTS: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter((host) => host !== ''))
    .pipe(z.array(z.hostname('must be host names with commas between them')).max(50)),
  COUNTERSIGN_GITHUB_REVIEWS_SECONDS: z.coerce.number().min(1).max(3_600).default(15),
  COUNTERSIGN_GITHUB_CHECK: z.enum(['on', 'off'], 'must be on or off').default('off'),
  COUNTERSIGN_GITHUB_GIT: z.enum(['on', 'off'], 'must be on or off').default('on'),
  COUNTERSIGN_GITHUB_GIT_DISK: diskSize.default(10 * 2 ** 30),
  // Where programs are found is no setting of this server; without it there is no git.
  PATH: z.string().default(''),
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
  COUNTERSIGN_LEDGER: z.string().optional(),
  COUNTERSIGN_CONTENTS_KEYS: z.string().min(1).optional(),
  COUNTERSIGN_LEASE_MS: z.coerce.number().int().min(500).max(600_000).default(10_000),
  COUNTERSIGN_GITHUB_PORT: z.coerce.number().int().min(0).max(65535).default(7101),
  COUNTERSIGN_BLUEPRINTS: z.string().optional(),
  COUNTERSIGN_PEOPLE: z.string().min(1, 'is empty: leave it out or give a path').optional(),
  COUNTERSIGN_SIGN_IN: z.enum(['link', 'oidc', 'iap', 'cloudflare-access']).optional(),
  COUNTERSIGN_DECISION_KEYS: z.string('is needed: the path of the JSON file with the public keys of decisions').min(1),
  COUNTERSIGN_REVIEW_URL: z.url({
    protocol: /^https?$/,
    error: 'is needed: the base URL of the console',
  }),
});

/** Who is not on a list could be the sponsor, so that without one the check would never pass. */
const withPeople = environmentSchema.refine(
  ({ COUNTERSIGN_GITHUB_CHECK: check, COUNTERSIGN_PEOPLE: people }) => check === 'off' || people !== undefined,
  { path: ['COUNTERSIGN_PEOPLE'], error: 'is needed where COUNTERSIGN_GITHUB_CHECK is on: it says who the sponsor is' },
);

function readEndpoints(base: string, context: z.RefinementCtx): Endpoints {
  const endpoints = endpointsOf(base);
  if (typeof endpoints !== 'string') return endpoints;
  context.addIssue(endpoints);
  return z.NEVER;
}

function signInOf(way: string | undefined): GithubConfig['signIn'] {
  if (way === undefined) return undefined;
  return way === 'link' ? 'link' : 'provider';
}

/**
 * Reads the settings once.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): GithubConfig {
  const schema = withOneAppKey(withPeople, environment);
  const values = parseEnvironment(schema, environment, 'The GitHub server');
  // No program that is started from here finds it.
  if (environment === process.env) delete process.env[pemSetting];
  const version = suiteVersion();
  return {
    endpoints: values.COUNTERSIGN_GITHUB_URL,
    appId: values.COUNTERSIGN_GITHUB_APP_ID,
    appKey: appKeyOf(values),
    ledger: ledgerLocation(values.COUNTERSIGN_LEDGER ?? join(values.COUNTERSIGN_DATA, 'ledger.db')),
    contentsKeys: values.COUNTERSIGN_CONTENTS_KEYS && resolve(values.COUNTERSIGN_CONTENTS_KEYS),
    leaseMs: values.COUNTERSIGN_LEASE_MS,
    port: values.COUNTERSIGN_GITHUB_PORT,
    blueprints: resolve(values.COUNTERSIGN_BLUEPRINTS ?? defaultBlueprint),
    people: values.COUNTERSIGN_PEOPLE === undefined ? undefined : resolve(values.COUNTERSIGN_PEOPLE),
    signIn: signInOf(values.COUNTERSIGN_SIGN_IN),
    decisionKeys: resolve(values.COUNTERSIGN_DECISION_KEYS),
    reviewUrl: values.COUNTERSIGN_REVIEW_URL.replace(/\/+$/, ''),
    logHosts: values.COUNTERSIGN_GITHUB_LOG_HOSTS,
    check: values.COUNTERSIGN_GITHUB_CHECK === 'on',
    reviewsEveryMs: values.COUNTERSIGN_GITHUB_REVIEWS_SECONDS * 1000,
    git:
      values.COUNTERSIGN_GITHUB_GIT === 'off'
        ? null
        : {
            mirrors: join(resolve(values.COUNTERSIGN_DATA), 'github', 'mirrors'),
            diskBytes: values.COUNTERSIGN_GITHUB_GIT_DISK,
            path: values.PATH,
          },
    userAgent: `countersign/${version}`,
    version,
  };
}
