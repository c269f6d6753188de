import { join, resolve } from 'node:path';
import * as z from 'zod';
import { diskSize } from '#shared/config/bytes.ts';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import { appKeyOf, appKeySetting, withOneAppKey } from '#shared/github/app-key.ts';
import type { AppKey } from '#shared/github/app-signer.ts';
import { type Endpoints, endpointsOf } from '#shared/github/endpoints.ts';
import { portSetting, type ServerConfig, serverConfig, serverSettings } from '#shared/server/settings.ts';
import type { GitSettings } from './git/open.ts';

/** The settings of the GitHub server. */
export type GithubConfig = ServerConfig & {
  /** Where GitHub is: from COUNTERSIGN_GITHUB_URL. */
  readonly endpoints: Endpoints;
  /** The GitHub App's number. */
  readonly appId: number;
  /** The GitHub App's private key, or who signs with it. */
  readonly appKey: AppKey;
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
};

const appKeyNames = {
  file: 'COUNTERSIGN_GITHUB_APP_KEY',
  pem: 'COUNTERSIGN_GITHUB_APP_KEY_PEM',
  signer: 'COUNTERSIGN_GITHUB_APP_SIGNER',
} as const;

const environmentSchema = z.object({
  COUNTERSIGN_GITHUB_URL: z
    .string('is needed: https://api.github.com, or https://HOST of a GitHub Enterprise Server')
    .transform(readEndpoints),
  COUNTERSIGN_GITHUB_APP_ID: z.coerce.number('is needed: the number of the GitHub App').int().positive(),
  [appKeyNames.file]: appKeySetting.file,
  [appKeyNames.pem]: appKeySetting.pem,
  [appKeyNames.signer]: appKeySetting.signer,
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
  COUNTERSIGN_GITHUB_PORT: portSetting(7101),
  ...serverSettings,
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

/**
 * Reads the settings once.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): GithubConfig {
  const schema = withOneAppKey(withPeople, appKeyNames, environment);
  const values = parseEnvironment(schema, environment, 'The GitHub server');
  // No program that is started from here finds it.
  if (environment === process.env) delete process.env[appKeyNames.pem];
  const common = serverConfig(values, values.COUNTERSIGN_GITHUB_PORT);
  return {
    ...common,
    endpoints: values.COUNTERSIGN_GITHUB_URL,
    appId: values.COUNTERSIGN_GITHUB_APP_ID,
    appKey: appKeyOf(...Object.values(appKeyNames).map((name) => values[name])),
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
    userAgent: `countersign/${common.version}`,
  };
}
