import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { appKeyOf, appKeySetting, withOneAppKey } from '#shared/github/app-key.ts';
import type { AppKey } from '#shared/github/app-signer.ts';
import { type Endpoints, endpointsOf } from '#shared/github/endpoints.ts';

/** Where the key of the App may be. It is the ticket server's own App: another than that of the GitHub server. */
const appKeyNames = {
  file: 'COUNTERSIGN_TICKETS_GITHUB_APP_KEY',
  pem: 'COUNTERSIGN_TICKETS_GITHUB_APP_KEY_PEM',
  signer: 'COUNTERSIGN_TICKETS_GITHUB_APP_SIGNER',
} as const;

/** The variables of GitHub Issues. */
export const githubIssuesSettings = {
  COUNTERSIGN_TICKETS_GITHUB_URL: z.string().default('https://api.github.com').transform(readEndpoints),
  COUNTERSIGN_TICKETS_GITHUB_APP_ID: z.coerce.number('is needed: the number of the GitHub App').int().positive(),
  [appKeyNames.file]: appKeySetting.file,
  [appKeyNames.pem]: appKeySetting.pem,
  [appKeyNames.signer]: appKeySetting.signer,
} as const;

/** Those that hold a secret themselves. */
export const githubIssuesSecrets = [appKeyNames.pem] as const;

export type GithubIssuesOptions = {
  readonly endpoints: Endpoints;
  /** The GitHub App's number. */
  readonly appId: number;
  /** The GitHub App's private key, or who signs with it. */
  readonly appKey: AppKey;
};

/** Adds to settings that exactly one key is given, whatever else is wrong. */
export function withGithubIssuesKey<T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  return withOneAppKey(schema, appKeyNames, environment);
}

export function githubIssuesOptions(values: z.output<z.ZodObject<typeof githubIssuesSettings>>): GithubIssuesOptions {
  return {
    endpoints: values.COUNTERSIGN_TICKETS_GITHUB_URL,
    appId: values.COUNTERSIGN_TICKETS_GITHUB_APP_ID,
    appKey: appKeyOf(values[appKeyNames.file], values[appKeyNames.pem], values[appKeyNames.signer]),
  };
}

function readEndpoints(base: string, context: z.RefinementCtx): Endpoints {
  const endpoints = endpointsOf(base);
  if (typeof endpoints !== 'string') return endpoints;
  context.addIssue(endpoints);
  return z.NEVER;
}
