import { join } from 'node:path';
import { AppError } from '#shared/errors.ts';
import type { SuiteEnvironment } from './config.ts';
import type { AppKey } from './data.ts';
import type { RealGithub, SuiteSettings } from './settings.ts';

type Variables = Readonly<Record<string, string>>;

/** What the approvals server alone is told. */
export function approvalsSettings(settings: SuiteSettings, { approverToken }: SuiteEnvironment): Variables {
  const { data, contentsRetention, readsRetention, ports, realGithub, realTickets, realKnowledge } = settings;
  const isReal = [realGithub, realTickets, realKnowledge].some((real) => real !== null);
  return {
    COUNTERSIGN_APPROVALS_PORT: String(ports.approvals),
    COUNTERSIGN_CONSOLE_PORT: String(ports.console),
    ...(contentsRetention === null ? {} : { COUNTERSIGN_CONTENTS_RETENTION: `${contentsRetention}d` }),
    COUNTERSIGN_READS_RETENTION: readsRetention === null ? 'forever' : `${readsRetention}d`,
    COUNTERSIGN_DECISION_KEY: join(data, 'approvals', 'decision-key.pem'),
    ...settings.signIn,
    ...(settings.webhooks === undefined ? {} : { COUNTERSIGN_WEBHOOKS: settings.webhooks }),
    ...(settings.consoleUrl === undefined ? {} : { COUNTERSIGN_CONSOLE_URL: settings.consoleUrl }),
    ...(isReal ? { COUNTERSIGN_REAL_BACKEND: '1' } : {}),
    ...(settings.singleUser ? { COUNTERSIGN_SINGLE_USER: '1' } : {}),
    ...(approverToken === undefined ? {} : { COUNTERSIGN_APPROVER_TOKEN: approverToken }),
  };
}

/**
 * What the GitHub server alone is told. Throws AppError `bad_configuration` unless the key of a real App is in exactly one
 * place.
 * @param appKey of the stand-in's App; null with a real GitHub
 */
export function githubSettings(
  { ports, git, realGithub }: SuiteSettings,
  environment: SuiteEnvironment,
  appKey: AppKey | null,
): Variables {
  return {
    COUNTERSIGN_GITHUB_PORT: String(ports.github),
    ...(git?.serve === false && { COUNTERSIGN_GITHUB_GIT: 'off' }),
    ...(git?.disk !== undefined && { COUNTERSIGN_GITHUB_GIT_DISK: `${git.disk / 2 ** 20}MiB` }),
    ...(realGithub === null
      ? {
          COUNTERSIGN_GITHUB_URL: `http://127.0.0.1:${ports.forge}`,
          COUNTERSIGN_GITHUB_APP_ID: '1',
          COUNTERSIGN_GITHUB_APP_KEY: appKey?.privateKey ?? '',
        }
      : realGithubSettings(realGithub, environment)),
  };
}

function realGithubSettings(
  { url, appId, appKey, appSigner, logHosts, check }: RealGithub,
  { githubAppKey }: SuiteEnvironment,
): Variables {
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
