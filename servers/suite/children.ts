import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors.ts';
import type { SuiteEnvironment } from './config.ts';
import { openAppKey, openCache, openContentKeys } from './data.ts';
import type { RealGithub, SuiteSettings } from './settings.ts';

/** A process of the suite: what to run, and the whole of its environment. */
export type ChildSpec = {
  readonly name: string;
  /** Path of the script. */
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Tells GNU's allocator to give large pieces of memory back as soon as they are free, as it would if it did not learn from
 * the first of them: a server that had one large file in memory stays 100 MB smaller.
 */
export const allocator = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

const mainOf = (name: string): string => fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url));

/**
 * The processes of a suite, each with its own settings and nobody else's. Makes the keys that are theirs from the start.
 */
export function childrenOf(settings: SuiteSettings, environment: SuiteEnvironment): readonly ChildSpec[] {
  const { data, ledger, contentsKeys, contentsRetention, blueprints, ports, realGithub, realTickets } = settings;
  const child = (name: string, own: Record<string, string>): ChildSpec => ({
    name,
    main: mainOf(name),
    environment: {
      ...environment.basics,
      // Spares each start after the first the compiler, and 30 MB of memory. One for each server: what is in it is run.
      NODE_COMPILE_CACHE: openCache(data, name),
      ...allocator,
      COUNTERSIGN_DATA: data,
      ...own,
    },
  });
  const appKey = realGithub === null ? openAppKey(data) : null;
  const contentKeys = openContentKeys(contentsKeys);
  const shared = {
    COUNTERSIGN_LEDGER: ledger,
    ...(contentKeys === undefined ? {} : { COUNTERSIGN_CONTENTS_KEYS: contentKeys }),
    COUNTERSIGN_BLUEPRINTS: blueprints,
    ...(settings.people === undefined ? {} : { COUNTERSIGN_PEOPLE: settings.people }),
    COUNTERSIGN_DECISION_KEYS: join(data, 'approvals', 'decision-keys.json'),
    COUNTERSIGN_SIGN_IN: settings.signIn?.['COUNTERSIGN_SIGN_IN'] ?? 'link',
  };
  const reviewUrl = settings.consoleUrl ?? `http://127.0.0.1:${ports.console}`;
  return [
    ...(appKey === null
      ? []
      : [
          child('forge', {
            COUNTERSIGN_FORGE_PORT: String(ports.forge),
            COUNTERSIGN_FORGE_APP_ID: '1',
            COUNTERSIGN_FORGE_APP_PUBLIC_KEY: appKey.publicKey,
          }),
        ]),
    child('approvals', {
      ...shared,
      COUNTERSIGN_APPROVALS_PORT: String(ports.approvals),
      COUNTERSIGN_CONSOLE_PORT: String(ports.console),
      ...(contentsRetention === null ? {} : { COUNTERSIGN_CONTENTS_RETENTION: `${contentsRetention}d` }),
      COUNTERSIGN_DECISION_KEY: join(data, 'approvals', 'decision-key.pem'),
      ...settings.signIn,
      ...(settings.webhooks === undefined ? {} : { COUNTERSIGN_WEBHOOKS: settings.webhooks }),
      ...(settings.consoleUrl === undefined ? {} : { COUNTERSIGN_CONSOLE_URL: settings.consoleUrl }),
      ...(realGithub === null && realTickets === null ? {} : { COUNTERSIGN_REAL_BACKEND: '1' }),
      ...(settings.singleUser ? { COUNTERSIGN_SINGLE_USER: '1' } : {}),
      ...(environment.approverToken === undefined ? {} : { COUNTERSIGN_APPROVER_TOKEN: environment.approverToken }),
    }),
    child('github', {
      ...shared,
      COUNTERSIGN_GITHUB_PORT: String(ports.github),
      ...(settings.git?.serve === false && { COUNTERSIGN_GITHUB_GIT: 'off' }),
      ...(settings.git?.disk !== undefined && { COUNTERSIGN_GITHUB_GIT_DISK: `${settings.git.disk / 2 ** 20}MiB` }),
      ...(realGithub === null
        ? {
            COUNTERSIGN_GITHUB_URL: `http://127.0.0.1:${ports.forge}`,
            COUNTERSIGN_GITHUB_APP_ID: '1',
            COUNTERSIGN_GITHUB_APP_KEY: appKey?.privateKey ?? '',
          }
        : realGithubSettings(realGithub, environment)),
      COUNTERSIGN_REVIEW_URL: reviewUrl,
    }),
    child('tickets', {
      ...shared,
      COUNTERSIGN_TICKETS_PORT: String(ports.tickets),
      ...(realTickets && { ...realTickets.environment, ...environment.ticketSecrets }),
      COUNTERSIGN_REVIEW_URL: reviewUrl,
    }),
  ];
}

/** Throws AppError `bad_configuration` unless the key of the App is in exactly one place. */
function realGithubSettings(
  { url, appId, appKey, appSigner, logHosts, check }: RealGithub,
  { githubAppKey }: SuiteEnvironment,
): Record<string, string> {
  const keys = [
    ...(appKey === undefined ? [] : [['COUNTERSIGN_GITHUB_APP_KEY', appKey] as const]),
    ...(appSigner === undefined ? [] : [['COUNTERSIGN_GITHUB_APP_SIGNER', appSigner] as const]),
    ...(githubAppKey === undefined ? [] : [['COUNTERSIGN_GITHUB_APP_KEY_PEM', githubAppKey] as const]),
  ];
  if (keys.length !== 1) throw oneKey(keys.length);
  return {
    COUNTERSIGN_GITHUB_URL: url,
    COUNTERSIGN_GITHUB_APP_ID: String(appId),
    ...Object.fromEntries(keys),
    ...(check && { COUNTERSIGN_GITHUB_CHECK: 'on' }),
    ...(logHosts.length > 0 && { COUNTERSIGN_GITHUB_LOG_HOSTS: logHosts.join(',') }),
  };
}

function oneKey(given: number): AppError {
  const what = given === 0 ? 'is given nowhere' : 'is given more than once';
  return new AppError('bad_configuration', `The private key of the GitHub App ${what}.`, {
    next: 'Say github.app_key (a file) or github.app_signer in the configuration, or set COUNTERSIGN_GITHUB_APP_KEY_PEM.',
  });
}
